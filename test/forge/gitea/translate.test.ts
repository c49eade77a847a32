import { describe, expect, test } from 'vitest';
import { HANDLED_ACTIONS } from '../../../src/forge/gitea/events.ts';
import { translate } from '../../../src/forge/gitea/translate.ts';
import recorded from './recorded.json' with { type: 'json' };

const base = { repository: { full_name: 'acme/app' }, sender: { login: 'ada', id: 7 } };
const sender = { login: 'ada', id: 7, isBot: false };
const subject = { forge: 'gitea', repository: 'acme/app', number: 5 };
const updated_at = '2026-03-04T05:06:07Z';
const at = new Date(updated_at);
const later = '2026-03-04T07:06:09+02:00';
const labels = [{ name: 'agent:worker' }, { name: 'p1' }];
const issue = { number: 5, updated_at, closed_at: null, labels, pull_request: null };
const pull_request = { number: 5, updated_at, closed_at: null, labels };
const onIssue = { subject, subjectKind: 'issue', sender, at };
const onPull = { subject, subjectKind: 'pull', sender, at };

describe('what an event asks for', () => {
  const unknown = { kind: 'labels-changed', added: null, removed: null };
  const told = { added_labels: [{ name: 'agent:worker' }], removed_labels: null };
  const comment = { id: 9, body: '/agent run', created_at: later };
  const commented = { kind: 'commented', commentId: 9, body: '/agent run' };
  const closed_at = later;
  const table: [string, string, object, object][] = [
    ['labels of an issue', 'issues', { action: 'label_updated', issue }, { ...unknown, ...onIssue }],
    ['labels of a pull request', 'pull_request', { action: 'label_updated', pull_request }, { ...unknown, ...onPull }],
    [
      'labels, where it is said which',
      'issues',
      { action: 'label_updated', issue, changes: told },
      { ...unknown, added: ['agent:worker'], removed: [], ...onIssue },
    ],
    [
      'labels that were replaced',
      'pull_request',
      { action: 'label_updated', pull_request, changes: { added_labels: [{ name: 'b' }], removed_labels: [{ name: 'a' }] } },
      { ...unknown, added: ['b'], removed: ['a'], ...onPull },
    ],
    ['all labels off', 'issues', { action: 'label_cleared', issue }, { ...unknown, added: [], ...onIssue }],
    [
      'all labels off, where it is said which',
      'pull_request',
      { action: 'label_cleared', pull_request, changes: { removed_labels: labels } },
      { ...unknown, added: [], removed: ['agent:worker', 'p1'], ...onPull },
    ],
    ['a closed issue', 'issues', { action: 'closed', issue: { ...issue, closed_at } }, { kind: 'closed', ...onIssue, at: new Date(later) }],
    [
      'a closed pull request',
      'pull_request',
      { action: 'closed', pull_request: { ...pull_request, closed_at } },
      { kind: 'closed', ...onPull, at: new Date(later) },
    ],
    ['a comment on an issue', 'issue_comment', { action: 'created', issue, comment }, { ...commented, ...onIssue, at: new Date(later) }],
    [
      'a comment on a pull request, by its flag',
      'issue_comment',
      { action: 'created', issue, comment, is_pull: true },
      { ...commented, ...onPull, at: new Date(later) },
    ],
    [
      'a comment on a pull request, by its issue',
      'issue_comment',
      { action: 'created', issue: { ...issue, pull_request: { merged: false } }, comment },
      { ...commented, ...onPull, at: new Date(later) },
    ],
    [
      'a comment under its other name, without a body',
      'pull_request_comment',
      { action: 'created', issue, comment: { ...comment, body: null }, is_pull: true },
      { ...commented, body: '', ...onPull, at: new Date(later) },
    ],
    ...['pull_request_rejected', 'pull_request_review_rejected'].flatMap((event) =>
      ['pull_request_review_rejected', 'rejected'].map((type): [string, string, object, object] => [
        `a review that rejects, ${event} and ${type}`,
        event,
        { action: 'reviewed', pull_request, review: { type, content: 'no' } },
        { kind: 'changes-requested', body: 'no', ...onPull },
      ]),
    ),
  ];
  test.each(table)('%s', (_name, event, payload, expected) => {
    expect(translate(event, { ...base, ...payload }, 'gitea')).toMatchObject({ event: expected });
  });

  test('labels of the moment are never read: they can be older than the event', () => {
    expect(translate('issues', { ...base, action: 'label_cleared', issue }, 'gitea')).toMatchObject({
      event: { added: [], removed: null },
    });
  });

  test.each([undefined, null, 5, { added_labels: 'x' }, { added_labels: null, removed_labels: null }, { added_labels: [5] }])(
    'changes that are none (%o) are not known',
    (changes) => {
      const translation = translate('issues', { ...base, action: 'label_updated', issue, changes }, 'gitea');
      expect(translation).toMatchObject({ event: { added: null, removed: null } });
    },
  );
});

describe('a key tells happenings apart, and is the same for what is sent again', () => {
  const key = (event: string, payload: object) => {
    const translation = translate(event, { ...base, ...payload }, 'gitea');
    return 'event' in translation ? translation.key : translation.ignored;
  };
  const review = { type: 'rejected', content: 'no' };
  const rejected = { action: 'reviewed', pull_request, review };

  test('of a comment is its number', () => {
    expect(key('issue_comment', { action: 'created', issue, comment: { id: 812, body: '' } })).toBe('comment/812');
  });

  test('of a closing is its time, in whatever zone it is written', () => {
    const closed = (closed_at: string | null) => key('issues', { action: 'closed', issue: { ...issue, closed_at } });
    expect(closed(later)).toBe('closed/5/2026-03-04T05:06:09.000Z');
    expect(closed('2026-03-04T05:06:09Z')).toBe(closed(later));
    expect(closed(null)).toBe('closed/5/2026-03-04T05:06:07.000Z');
    expect(key('issues', { action: 'closed', issue: { number: 5 } })).toBeNull();
  });

  test('of labels there is none', () => {
    expect(key('issues', { action: 'label_updated', issue })).toBeNull();
  });

  test('of a review is made of who said what when', () => {
    const first = key('pull_request_rejected', rejected);
    expect(first).toMatch(/^review\/5\/[0-9a-f]{32}$/);
    expect(key('pull_request_review_rejected', rejected)).toBe(first);
    const others = [
      { ...rejected, review: { ...review, content: 'no!' } },
      { ...rejected, pull_request: { ...pull_request, updated_at: later } },
      { ...rejected, pull_request: { ...pull_request, number: 6 } },
      { ...rejected, sender: { login: 'bob', id: 8 } },
    ];
    const keys = others.map((payload) => key('pull_request_rejected', payload));
    expect(new Set([first, ...keys]).size).toBe(5);
  });
});

describe('what asks for nothing', () => {
  const comment = { id: 9, body: '/agent run' };
  const reviewed = (content: object) => ({ action: 'reviewed', pull_request, review: content });
  const table: [string, string, object][] = [
    ['an opened issue, whose labels have an event of their own', 'issues', { action: 'opened', issue }],
    ['a reopened issue', 'issues', { action: 'reopened', issue }],
    ['GitHub’s words', 'issues', { action: 'labeled', issue, label: { name: 'agent:worker' } }],
    ['an edited comment', 'issue_comment', { action: 'edited', issue, comment }],
    ['a deleted comment', 'issue_comment', { action: 'deleted', issue, comment }],
    ['an approval', 'pull_request_approved', reviewed({ type: 'pull_request_review_approved', content: '' })],
    ['a review that comments', 'pull_request_comment', reviewed({ type: 'pull_request_review_comment', content: '/agent run' })],
    ['a review of another type', 'pull_request_rejected', reviewed({ type: 'approved', content: '' })],
    ['a push to a pull request', 'pull_request', { action: 'synchronized', pull_request }],
    ['a push', 'push', { ref: 'refs/heads/main' }],
    ['a name that is part of every object', 'constructor', {}],
    ['an action that is part of every object', '__proto__', { action: 'toString' }],
  ];
  test.each(table)('%s', (_name, event, payload) => {
    expect(translate(event, { ...base, ...payload }, 'gitea')).toEqual({ ignored: expect.stringMatching(/\w/) });
  });
});

describe('hostile payloads are ignored, and never throw', () => {
  const whole: Record<string, unknown> = {
    ...base,
    issue,
    pull_request,
    comment: { id: 9, body: 'x' },
    review: { type: 'rejected', content: '' },
    changes: null,
    is_pull: false,
  };
  const wrong: unknown[] = [undefined, null, 0, '', 'x', [], {}, [[]], { number: '5' }, { number: -1 }, { number: 1.5 }];

  test.each(HANDLED_ACTIONS.map((name) => name.split('.')))('%s.%s', (event = '', action = '') => {
    expect(translate(event, { ...whole, action }, 'gitea')).toHaveProperty('event');
    for (const key of Object.keys(whole)) {
      for (const value of wrong) {
        const translation = translate(event, { ...whole, action, [key]: value }, 'gitea');
        expect('event' in translation || translation.ignored !== '').toBe(true);
      }
    }
    for (const value of wrong) expect(translate(event, { ...whole, action, repository: value }, 'gitea')).toHaveProperty('ignored');
    for (const value of wrong) expect(translate(event, { ...whole, action, sender: value }, 'gitea')).toHaveProperty('ignored');
    for (const name of ['', 'app', '../..//', 'a/b/c', 'a b/c', 'a/b\n']) {
      expect(translate(event, { ...whole, action, repository: { full_name: name } }, 'gitea')).toHaveProperty('ignored');
    }
  });

  test.each([undefined, null, 1, 'x', [], { action: 5 }, { action: {} }, { action: null }])('%o as the whole payload', (payload) => {
    expect(translate('issues', payload, 'gitea')).toHaveProperty('ignored');
  });
});

describe('payloads of a real Gitea, cut to what matters', () => {
  test('come to what happened', () => {
    const meanings = recorded.map(({ event, payload }) => {
      const translation = translate(event, payload, 'gitea');
      if (!('event' in translation) || !('subject' in translation.event)) return `${event}.${payload.action}: nothing`;
      const { kind, subjectKind, sender: by } = translation.event;
      return `${event}.${payload.action}: ${kind} on ${subjectKind} by ${by.login}, ${translation.key?.split('/')[0] ?? 'no key'}`;
    });
    expect(meanings).toEqual([
      'issues.opened: nothing',
      'issues.label_updated: labels-changed on issue by ada, no key',
      'issues.label_updated: labels-changed on issue by ada, no key',
      'issues.label_updated: labels-changed on issue by ada, no key',
      'issues.label_cleared: labels-changed on issue by ada, no key',
      'issue_comment.created: commented on issue by bob, comment',
      'issue_comment.edited: nothing',
      'issues.edited: nothing',
      'issues.closed: closed on issue by bob, closed',
      'issues.reopened: nothing',
      'issue_comment.deleted: nothing',
      'pull_request.opened: nothing',
      'pull_request.label_updated: labels-changed on pull by ada, no key',
      'pull_request.label_updated: labels-changed on pull by ada, no key',
      'pull_request.label_updated: labels-changed on pull by ada, no key',
      'pull_request.label_cleared: labels-changed on pull by ada, no key',
      'issue_comment.created: commented on pull by bob, comment',
      'pull_request_rejected.reviewed: changes-requested on pull by bob, review',
      'pull_request_comment.reviewed: nothing',
      'pull_request_approved.reviewed: nothing',
      'pull_request.closed: closed on pull by ada, closed',
      'pull_request.reopened: nothing',
      'pull_request.closed: closed on pull by ada, closed',
    ]);
  });
});
