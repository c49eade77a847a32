import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { HANDLED_ACTIONS } from '../../../src/forge/github/events.ts';
import { translate } from '../../../src/forge/github/translate.ts';

const base = { repository: { full_name: 'acme/app' }, sender: { login: 'ada', id: 7, type: 'User' } };
const sender = { login: 'ada', id: 7, isBot: false };
const subject = { forge: 'github', repository: 'acme/app', number: 5 };
const updated_at = '2026-03-04T05:06:07Z';
const at = new Date(updated_at);
const later = '2026-03-04T05:06:09Z';
const issue = { number: 5, updated_at };
const issueOfPull = { number: 5, updated_at, pull_request: { url: 'https://api.github.example/pulls/5' } };
const label = { name: 'agent:worker' };

describe('what an event asks for', () => {
  const onIssue = { subject, subjectKind: 'issue', sender, at };
  const onPull = { subject, subjectKind: 'pull', sender, at };
  const rerun = { kind: 'check-rerequested', forge: 'github', repository: 'acme/app', headSha: 'abc', sender };
  const review = { id: 3, state: 'changes_requested', body: 'no', submitted_at: later };
  // A delivery that GitHub sends again has the id that it had.
  const keys: Record<string, string> = { commented: 'comment/9', 'changes-requested': 'review/3' };
  const table: [string, string, object, { kind: string } & Record<string, unknown>][] = [
    ['a label on an issue', 'issues', { action: 'labeled', issue, label }, { kind: 'label-added', label: 'agent:worker', ...onIssue }],
    ['a label off an issue', 'issues', { action: 'unlabeled', issue, label }, { kind: 'label-removed', label: 'agent:worker', ...onIssue }],
    ['a closed issue', 'issues', { action: 'closed', issue }, { kind: 'closed', ...onIssue }],
    [
      'a label on a pull request',
      'pull_request',
      { action: 'labeled', pull_request: issue, label },
      { kind: 'label-added', label: 'agent:worker', ...onPull },
    ],
    [
      'a label off one',
      'pull_request',
      { action: 'unlabeled', pull_request: issue, label },
      { kind: 'label-removed', label: 'agent:worker', ...onPull },
    ],
    ['a closed pull request', 'pull_request', { action: 'closed', pull_request: issue }, { kind: 'closed', ...onPull }],
    [
      'a comment on an issue',
      'issue_comment',
      { action: 'created', issue, comment: { id: 9, body: '/agent run', created_at: later } },
      { kind: 'commented', commentId: 9, body: '/agent run', ...onIssue, at: new Date(later) },
    ],
    [
      'a comment on a pull request, without a body',
      'issue_comment',
      { action: 'created', issue: issueOfPull, comment: { id: 9, body: null } },
      { kind: 'commented', commentId: 9, body: '', ...onPull, at: null },
    ],
    [
      'a review that requests changes',
      'pull_request_review',
      { action: 'submitted', pull_request: issue, review },
      { kind: 'changes-requested', body: 'no', ...onPull, at: new Date(later) },
    ],
    [
      'such a review without a body',
      'pull_request_review',
      { action: 'submitted', pull_request: issue, review: { ...review, body: null } },
      { kind: 'changes-requested', body: '', ...onPull, at: new Date(later) },
    ],
    [
      'a check to run again',
      'check_run',
      { action: 'rerequested', check_run: { head_sha: 'abc', external_id: 'task/1' } },
      { ...rerun, externalId: 'task/1' },
    ],
    [
      'a check without an id of ours',
      'check_run',
      { action: 'rerequested', check_run: { head_sha: 'abc', external_id: '' } },
      { ...rerun, externalId: null },
    ],
    ['all checks to run again', 'check_suite', { action: 'rerequested', check_suite: { head_sha: 'abc' } }, { ...rerun, externalId: null }],
  ];
  test.each(table)('%s', (_name, event, payload, expected) => {
    expect(translate(event, { ...base, ...payload }, 'github')).toEqual({ key: keys[expected.kind] ?? null, event: expected });
  });

  test.each([undefined, null, 'yesterday', 5])('a time that is none (%o) is not known', (nonsense) => {
    const payload = { ...base, action: 'closed', issue: { ...issue, updated_at: nonsense } };
    expect(translate('issues', payload, 'github')).toMatchObject({ event: { kind: 'closed', at: null } });
  });

  test('only the label of this event counts, never the set of labels', () => {
    const payload = { ...base, action: 'labeled', issue: { ...issue, labels: [{ name: 'agent:worker' }] }, label: { name: 'docs' } };
    expect(translate('issues', payload, 'github')).toMatchObject({ event: { label: 'docs' } });
  });
});

describe('what asks for nothing', () => {
  const table: [string, string, object][] = [
    ['an opened issue', 'issues', { action: 'opened', issue }],
    ['an edited comment', 'issue_comment', { action: 'edited', issue, comment: { id: 9, body: '/agent run' } }],
    ['a deleted comment', 'issue_comment', { action: 'deleted', issue, comment: { id: 9, body: '/agent run' } }],
    ['an approval', 'pull_request_review', { action: 'submitted', pull_request: issue, review: { id: 1, state: 'approved', body: null } }],
    [
      'a dismissed review',
      'pull_request_review',
      { action: 'dismissed', pull_request: issue, review: { id: 1, state: 'dismissed', body: null } },
    ],
    ['a check that completed', 'check_run', { action: 'completed', check_run: { head_sha: 'abc', external_id: '' } }],
    ['a push', 'push', { ref: 'refs/heads/main' }],
    ['a ping', 'ping', { zen: 'Keep it logically awesome.' }],
    ['an installation', 'installation', { action: 'created' }],
    ['an event of tomorrow', 'teleport', { action: 'beamed' }],
    ['a name that is part of every object', 'constructor', {}],
    ['an action that is part of every object', '__proto__', { action: 'toString' }],
  ];
  test.each(table)('%s', (_name, event, payload) => {
    expect(translate(event, { ...base, ...payload }, 'github')).toEqual({ ignored: expect.stringMatching(/\w/) });
  });

  test('the reason carries nothing of the payload but printable names', () => {
    const translation = translate('issues', { ...base, action: '<script>\n'.repeat(50) }, 'github');
    expect(translation).toEqual({ ignored: expect.stringMatching(/^[\w.? -]{1,140}$/) });
  });
});

describe('who sent it', () => {
  const table: [string, object, boolean][] = [
    ['a person', { login: 'ada', id: 7, type: 'User' }, false],
    ['an App', { login: 'renovate[bot]', id: 8, type: 'Bot' }, true],
    ['a Bot of another name', { login: 'renovate', id: 8, type: 'Bot' }, true],
    ['a bot by its name alone', { login: 'signalbox[bot]', id: 8 }, true],
    ['a person who calls themselves a bot', { login: 'ada-bot', id: 7, type: 'User' }, false],
  ];
  test.each(table)('%s', (_name, account, isBot) => {
    const payload = { ...base, action: 'closed', issue, sender: account };
    expect(translate('issues', payload, 'github')).toMatchObject({ event: { sender: { isBot } } });
  });
});

describe('hostile payloads are ignored, and never throw', () => {
  const good = {
    ...base,
    issue,
    label,
    pull_request: issue,
    comment: { id: 9, body: 'x' },
    review: { id: 3, state: 'changes_requested', body: '' },
  };
  const whole: Record<string, unknown> = { ...good, check_run: { head_sha: 'a', external_id: '' }, check_suite: { head_sha: 'a' } };
  const wrong: unknown[] = [
    undefined,
    null,
    0,
    '',
    'x',
    [],
    {},
    [[]],
    { number: '5' },
    { number: -1 },
    { number: 1.5 },
    { number: Number.NaN },
  ];

  test.each(HANDLED_ACTIONS.map((name) => name.split('.')))('%s.%s', (event = '', action = '') => {
    expect(translate(event, { ...whole, action }, 'github')).toHaveProperty('event');
    for (const key of Object.keys(whole)) {
      for (const value of wrong) {
        const translation = translate(event, { ...whole, action, [key]: value }, 'github');
        expect('event' in translation || translation.ignored !== '').toBe(true);
      }
    }
    for (const value of wrong) expect(translate(event, { ...whole, action, repository: value }, 'github')).toHaveProperty('ignored');
    for (const value of wrong) expect(translate(event, { ...whole, action, sender: value }, 'github')).toHaveProperty('ignored');
    for (const name of ['', 'app', '../..//', 'a/b/c', 'a b/c', 'a/b\n']) {
      expect(translate(event, { ...whole, action, repository: { full_name: name } }, 'github')).toHaveProperty('ignored');
    }
  });

  test.each([undefined, null, 1, 'x', [], { action: 5 }, { action: {} }, { action: null }])('%o as the whole payload', (payload) => {
    expect(translate('issues', payload, 'github')).toHaveProperty('ignored');
  });
});

describe('GitHub’s real payloads', () => {
  interface Example {
    name: string;
    examples: Record<string, unknown>[];
  }
  const file = fileURLToPath(import.meta.resolve('@octokit/webhooks-examples'));
  const recorded = JSON.parse(readFileSync(file, 'utf8')) as Example[];
  const all = recorded.flatMap(({ name, examples }) => examples.map((payload, index) => ({ name, index, payload })));
  const handled = new Set<string>(HANDLED_ACTIONS);

  test('are all here, and all that is handled is among them, but for one', () => {
    expect(all.length).toBeGreaterThanOrEqual(329);
    const seen = new Set(all.map(({ name, payload }) => `${name}.${String(payload['action'])}`));
    expect(HANDLED_ACTIONS.filter((action) => !seen.has(action))).toEqual(['issues.closed']);
  });

  test.each(all)('$name $index', ({ name, payload }) => {
    const translation = translate(name, payload, 'github');
    const action = `${name}.${String(payload['action'])}`;
    const review = payload['review'] as { state?: string } | undefined;
    const isAsking = handled.has(action) && (review === undefined || review.state === 'changes_requested');
    expect(translation).toHaveProperty(isAsking ? 'event' : 'ignored');
    if (!('event' in translation)) return;
    const { event } = translation;
    const repository = payload['repository'] as { full_name: string };
    expect('subject' in event ? event.subject.repository : event.repository).toBe(repository.full_name);
    expect(event.sender.login).toBe((payload['sender'] as { login: string }).login);
  });
});
