import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/domain/finding.ts';
import type { CheckWish, Forge, PullRequestWish } from '../../src/forge/forge.ts';
import { describePlainGit, type PlainGitWorld } from './plain-git.ts';

export type Role = 'none' | 'read' | 'triage' | 'write' | 'maintain' | 'admin';

/** A stand-in forge from the inside, with one private repository that Signalbox may use, and an adapter that speaks to it. */
export interface ForgeWorld extends PlainGitWorld {
  /** One more adapter, as another process would have it. */
  open(): Forge;
  openNowhere(): Forge;
  /** Where the forge has no such role, the test is skipped. */
  readonly roles: readonly Role[];
  /** Makes the person where there is none of that name. */
  setRole(login: string, role: Role): void | Promise<void>;
  openIssue(by: string, fields: { title: string; body: string; labels?: string[] }): Promise<number>;
  comment(by: string, number: number, body: string): Promise<number>;
  editComment(by: string, id: number, body: string): Promise<void>;
  /** A review that requests changes, with one comment on a line. */
  review(by: string, number: number, fields: { body: string; path: string; line: number; comment: string }): Promise<void>;
  close(by: string, number: number): Promise<void>;
  /** Makes the label where the repository has none of that name. */
  label(by: string, number: number, label: string): Promise<void>;
  unlabel(by: string, number: number, label: string): Promise<void>;
  push(by: string, fields: { branch: string; files: Record<string, string> }): Promise<string>;
  openPull(by: string, fields: { title: string; head: string; base: string; draft?: boolean }): Promise<number>;
  /** As the forge holds them. */
  comments(number: number): Promise<readonly { author: string; body: string }[]>;
  /** Open ones. */
  pulls(): Promise<readonly { title: string; body: string; draft: boolean }[]>;
  /** What people see of each name. `pending`: queued or running, where the forge does not tell them apart. */
  checks(sha: string): Promise<readonly { name: string; state: 'queued' | 'running' | 'pending' | 'success' | 'failure' | 'other' }[]>;
  /** Of the repository. */
  labels(): Promise<readonly string[]>;
  /** Of the repository; left out where webhooks are not the repository's own. */
  hooks?(): Promise<readonly { id: number; url: string; active: boolean }[]>;
  /** Who reacted with the eyes on the subject, or on one of its comments. */
  seenBy(number: number, commentId?: number): Promise<readonly string[]>;
  /** The next request that makes such a thing is carried out, and its answer is lost. */
  loseAnswer(making: 'comment' | 'pull' | 'check'): void;
  /** Every request from now on is answered so, or its connection is cut. */
  failAll(answer: { status: number | 'drop'; headers?: Record<string, string> }): void;
  /** Left out where the forge does not tell how its webhooks went. */
  readonly webhook?: {
    /** From now on they go here. */
    lead(url: string): void;
    /** One is sent, and has been answered or has failed. */
    send(): Promise<void>;
  };
}

const PULL: Omit<PullRequestWish, 'repository'> = { head: 'agent/1-fix', base: 'main', title: 'Fix it', body: 'Closes #1', draft: false };

const CHECK: Omit<CheckWish, 'repository' | 'sha'> = {
  name: 'signalbox/tests',
  externalId: 'task-1/tests/1',
  knownId: null,
  status: 'in-progress',
  conclusion: null,
  title: 'Running',
  summary: 'The tests run.',
  text: null,
  annotations: [],
  detailsUrl: 'https://signalbox.example/tasks/1',
};

const DONE = { status: 'completed', conclusion: 'success', title: 'Passed', summary: '41 tests passed' } as const;

/** What every adapter keeps of the contract in src/forge/forge.ts. */
export function describeForge(name: string, start: () => Promise<ForgeWorld>): void {
  describePlainGit(name, start);
  describe(`${name} keeps the contract of a forge`, () => {
    let world: ForgeWorld;
    let forge: Forge;
    let repository: string;

    beforeEach(async () => {
      world = await start();
      forge = world.open();
      repository = world.repository;
      await world.setRole('ada', 'write');
    });
    afterEach(() => world[Symbol.asyncDispose]());

    function ref(number: number) {
      return { forge: forge.name, repository, number };
    }

    describe('reading', () => {
      test('the check says that the credential works, and what does not', async () => {
        expect(await forge.check()).toMatchObject({ ok: true });
        const refused = await world.openUnauthorized().check();
        expect(refused.ok).toBe(false);
        expect(refused.detail).not.toBe('');
        expect(await world.openNowhere().check()).toMatchObject({ ok: false });
      });

      test('the check ends when its signal does', async () => {
        expect(await forge.check(AbortSignal.abort())).toMatchObject({ ok: false });
      });

      test('the identity is the account that comments carry', async () => {
        const number = await world.openIssue('ada', { title: 'Bug', body: '' });
        await forge.ensureComment(ref(number), { key: 'k', body: 'hello', knownId: null });
        const identity = await forge.identity();
        expect((await world.comments(number))[0]?.author).toBe(identity.login);
        const [remark] = await forge.conversation(ref(number), 10);
        expect(remark?.author).toMatchObject({ login: identity.login, id: identity.id });
        expect(identity.name).not.toBe('');
        expect(identity.email).toContain('@');
      });

      test('an issue is read, with the words and the labels of now', async () => {
        const number = await world.openIssue('ada', { title: 'Bug', body: 'It fails', labels: ['agent:worker', 'p1'] });
        const subject = await forge.subject(ref(number));
        expect(subject).toMatchObject({ ref: ref(number), kind: 'issue', title: 'Bug', body: 'It fails', open: true, pull: null });
        expect(subject?.author.login).toBe('ada');
        expect(subject?.labels.toSorted()).toEqual(['agent:worker', 'p1']);
        await world.close('ada', number);
        expect(await forge.subject(ref(number))).toMatchObject({ open: false });
      });

      test('a pull request is read with its branches', async () => {
        const sha = await world.push('ada', { branch: 'topic', files: { 'a.txt': 'a\n' } });
        const number = await world.openPull('ada', { title: 'Topic', head: 'topic', base: 'main', draft: true });
        const subject = await forge.subject(ref(number));
        expect(subject?.kind).toBe('pull');
        expect(subject?.pull).toMatchObject({
          number,
          head: { branch: 'topic', sha, sameRepository: true },
          baseBranch: 'main',
          draft: true,
          open: true,
        });
        expect(subject?.pull?.url).toMatch(/^http/);
      });

      test('what does not exist reads as null, or as nothing', async () => {
        expect(await forge.subject(ref(999))).toBeNull();
        expect(await forge.conversation(ref(999), 10)).toEqual([]);
        expect(await forge.pullRequestOf(repository, 'no-such-branch')).toBeNull();
      });

      test('only an open pull request is the one of its branch', async () => {
        await world.push('ada', { branch: 'topic', files: { 'a.txt': 'a\n' } });
        const number = await world.openPull('ada', { title: 'Topic', head: 'topic', base: 'main' });
        expect(await forge.pullRequestOf(repository, 'topic')).toMatchObject({ number, open: true, draft: false });
        await world.close('ada', number);
        expect(await forge.pullRequestOf(repository, 'topic')).toBeNull();
      });
    });

    describe('the conversation', () => {
      test('has comments, reviews and line comments, the oldest first', async () => {
        await world.setRole('bob', 'write');
        await world.push('ada', { branch: 'topic', files: { 'a.txt': 'one\ntwo\n' } });
        const number = await world.openPull('ada', { title: 'Topic', head: 'topic', base: 'main' });
        await world.comment('ada', number, 'first');
        await world.review('bob', number, { body: 'please change', path: 'a.txt', line: 2, comment: 'this line' });
        const remarks = await forge.conversation(ref(number), 10);
        expect(remarks.map((remark) => `${remark.kind} by ${remark.author.login}: ${remark.body}`).toSorted()).toEqual([
          'comment by ada: first',
          'line-comment by bob: this line',
          'review by bob: please change',
        ]);
        expect(remarks.find((remark) => remark.kind === 'line-comment')).toMatchObject({ path: 'a.txt', line: 2 });
        expect(remarks.every((remark) => !remark.author.isBot)).toBe(true);
        const times = remarks.map((remark) => remark.createdAt.getTime());
        expect(times).toEqual(times.toSorted((a, b) => a - b));
      });

      test('is cut to its newest remarks, also over several pages', async () => {
        const number = await world.openIssue('ada', { title: 'Long', body: '' });
        for (let n = 1; n <= 205; n += 1) await world.comment('ada', number, `remark ${n}`);
        const bodies = async (limit: number) => (await forge.conversation(ref(number), limit)).map((remark) => remark.body);
        expect(await bodies(3)).toEqual(['remark 203', 'remark 204', 'remark 205']);
        expect((await bodies(150))[0]).toBe('remark 56');
        expect(await bodies(1000)).toHaveLength(205);
        expect(await bodies(0)).toEqual([]);
      });

      test('tells when words were changed', async () => {
        const number = await world.openIssue('ada', { title: 'Bug', body: '' });
        const id = await world.comment('ada', number, 'before');
        await world.editComment('ada', id, 'after');
        const [remark] = await forge.conversation(ref(number), 10);
        expect(remark?.body).toBe('after');
        expect(remark?.updatedAt.getTime()).toBeGreaterThanOrEqual(remark?.createdAt.getTime() ?? Infinity);
      });

      test('says what a bot wrote', async () => {
        const number = await world.openIssue('ada', { title: 'Bug', body: '' });
        await forge.ensureComment(ref(number), { key: 'k', body: 'hello', knownId: null });
        expect((await forge.conversation(ref(number), 10))[0]?.author.isBot).toBe(true);
      });
    });

    describe('permission', () => {
      test.for<Role>(['admin', 'maintain', 'write', 'triage', 'read', 'none'])('%s', async (role, { skip }) => {
        skip(!world.roles.includes(role), `${name} has no role ${role}`);
        await world.setRole('eve', role);
        expect(await forge.permission(repository, 'eve')).toBe(role);
      });

      test('of an account that does not exist is none, or unknown', async () => {
        expect(['none', 'unknown']).toContain(await forge.permission(repository, 'nobody-of-that-name'));
      });

      test('of a name that is no name does not ask for something else', async () => {
        expect(['none', 'unknown']).toContain(await forge.permission(repository, '../../../user'));
      });

      test('of a login that is another account’s by now is none', async () => {
        await world.setRole('eve', 'write');
        const number = await world.openIssue('eve', { title: 'Who I am', body: '' });
        const { id } = (await forge.subject(ref(number)))!.author;
        expect(await forge.permission(repository, 'eve', id)).toBe('write');
        expect(await forge.permission(repository, 'eve', id + 1)).toBe('none');
      });

      test('is asked anew each time', async () => {
        await world.setRole('eve', 'write');
        expect(await forge.permission(repository, 'eve')).toBe('write');
        await world.setRole('eve', 'none');
        expect(await forge.permission(repository, 'eve')).toBe('none');
      });
    });

    describe('a reaction', () => {
      test('is put once on a subject and once on a comment', async () => {
        const number = await world.openIssue('ada', { title: 'Bug', body: '' });
        const commentId = await world.comment('ada', number, '/agent run');
        const { login } = await forge.identity();
        for (const _ of [1, 2]) {
          await forge.ensureSeen({ kind: 'subject', subject: ref(number) });
          await forge.ensureSeen({ kind: 'comment', subject: ref(number), commentId });
        }
        expect(await world.seenBy(number)).toEqual([login]);
        expect(await world.seenBy(number, commentId)).toEqual([login]);
      });

      test('on what is gone is not an error', async () => {
        await forge.ensureSeen({ kind: 'subject', subject: ref(999) });
        await forge.ensureSeen({ kind: 'comment', subject: ref(1), commentId: 999_999 });
      });
    });

    describe('a comment', () => {
      const say = (body: string, knownId: number | null = null) => ({ key: 'task:1', body, knownId });
      let number: number;

      beforeEach(async () => {
        number = await world.openIssue('ada', { title: 'Bug', body: '' });
      });

      async function bodies(): Promise<string[]> {
        return (await world.comments(number)).map((comment) => comment.body);
      }

      test('is one for a key, and says what was said last', async () => {
        const first = await forge.ensureComment(ref(number), say('one'));
        const second = await forge.ensureComment(ref(number), say('two'));
        const third = await forge.ensureComment(ref(number), say('three', first.id));
        expect([second.id, third.id]).toEqual([first.id, first.id]);
        expect(first.url).toMatch(/^http/);
        expect(await bodies()).toEqual([expect.stringContaining('three')]);
      });

      test('is found again by another process', async () => {
        const first = await forge.ensureComment(ref(number), say('one'));
        const second = await world.open().ensureComment(ref(number), say('two'));
        expect(second.id).toBe(first.id);
      });

      test('is one, asked for many times at once', async () => {
        const answers = await Promise.all(['a', 'b', 'c', 'd'].map((body) => forge.ensureComment(ref(number), say(body))));
        expect(new Set(answers.map((answer) => answer.id)).size).toBe(1);
        expect(await bodies()).toEqual([expect.stringContaining('d')]);
      });

      test('is one, asked for by two processes at once', async () => {
        await Promise.all([forge, world.open(), world.open()].map((one) => one.ensureComment(ref(number), say('same'))));
        expect(await bodies()).toHaveLength(1);
      });

      test('is one, also when the first answer was lost', async () => {
        world.loseAnswer('comment');
        await forge.ensureComment(ref(number), say('one')).catch(() => null);
        await forge.ensureComment(ref(number), say('two'));
        expect(await bodies()).toEqual([expect.stringContaining('two')]);
      });

      test('is another one for another key', async () => {
        await forge.ensureComment(ref(number), say('one'));
        await forge.ensureComment(ref(number), { ...say('two'), key: 'task:12' });
        expect(await bodies()).toHaveLength(2);
      });

      test('of a person who copied the marker is left alone', async () => {
        await forge.ensureComment(ref(number), say('one'));
        const [mine] = await bodies();
        const other = await world.openIssue('ada', { title: 'Other', body: '' });
        await world.comment('ada', other, mine ?? '');
        await forge.ensureComment(ref(other), say('two'));
        expect((await world.comments(other)).map((comment) => comment.author)).toEqual(['ada', (await forge.identity()).login]);
      });

      test('that quotes another key’s marker is not taken for it', async () => {
        await forge.ensureComment(ref(number), say('one'));
        const [mine = ''] = await bodies();
        const other = await world.openIssue('ada', { title: 'Other', body: '' });
        await forge.ensureComment(ref(other), { key: 'summary', body: `the model wrote:\n\n${mine}`, knownId: null });
        await forge.ensureComment(ref(other), say('two'));
        expect(await world.comments(other)).toHaveLength(2);
      });

      test('that somebody deleted is written anew', async () => {
        const again = await forge.ensureComment(ref(number), say('one', 999_999));
        expect(again.id).not.toBe(999_999);
        expect(await bodies()).toHaveLength(1);
      });

      test('that is too long is cut, and says so', async () => {
        await forge.ensureComment(ref(number), say('x'.repeat(70_000)));
        const [body = ''] = await bodies();
        expect(body.length).toBeLessThanOrEqual(65_536);
        expect(body).toMatch(/cut/);
      });

      test('is one among more than a page of others', async () => {
        for (let n = 0; n < 120; n += 1) await world.comment('ada', number, `noise ${n}`);
        const { id } = await forge.ensureComment(ref(number), say('one'));
        expect((await world.open().ensureComment(ref(number), say('two'))).id).toBe(id);
      });

      test('on a subject that does not exist is refused', async () => {
        await expect(forge.ensureComment(ref(999), say('one'))).rejects.toMatchObject({ code: 'forge.not-found', retryable: false });
      });
    });

    describe('a pull request', () => {
      const wish = (changes: Partial<PullRequestWish> = {}) => ({ repository, ...PULL, ...changes });

      beforeEach(async () => {
        await world.push('ada', { branch: PULL.head, files: { 'fix.txt': 'fixed\n' } });
      });

      test('is opened, and found again with its words brought up to date', async () => {
        const first = await forge.ensurePullRequest(wish());
        const second = await forge.ensurePullRequest(wish({ title: 'Fix it well', body: 'Closes #1\n\nMore' }));
        expect(second.number).toBe(first.number);
        expect(await world.pulls()).toEqual([{ title: 'Fix it well', body: 'Closes #1\n\nMore', draft: false }]);
        expect(await forge.pullRequestOf(repository, PULL.head)).toEqual(second);
      });

      test('becomes a draft and ready again', async () => {
        for (const draft of [true, false, true]) {
          const pull = await forge.ensurePullRequest(wish({ draft }));
          expect(pull.draft).toBe(draft);
          expect((await world.pulls())[0]?.draft).toBe(draft);
          expect((await forge.pullRequestOf(repository, PULL.head))?.draft).toBe(draft);
        }
        expect(await world.pulls()).toHaveLength(1);
      });

      test('is one, asked for at once by several processes', async () => {
        const answers = await Promise.all([forge, forge, world.open(), world.open()].map((one) => one.ensurePullRequest(wish())));
        expect(new Set(answers.map((pull) => pull.number)).size).toBe(1);
        expect(await world.pulls()).toHaveLength(1);
      });

      test('is one, also when the first answer was lost', async () => {
        world.loseAnswer('pull');
        await forge.ensurePullRequest(wish()).catch(() => null);
        await forge.ensurePullRequest(wish());
        expect(await world.pulls()).toHaveLength(1);
      });

      test('is opened anew after a person closed it', async () => {
        const first = await forge.ensurePullRequest(wish());
        await world.close('ada', first.number);
        expect((await forge.ensurePullRequest(wish())).number).not.toBe(first.number);
      });

      test('is not opened, nor changed, once its signal is aborted', async () => {
        const aborted = AbortSignal.abort(new Error('stop'));
        await expect(forge.ensurePullRequest(wish(), aborted)).rejects.toThrow('stop');
        expect(await world.pulls()).toEqual([]);
        const opened = await forge.ensurePullRequest(wish());
        expect(await forge.ensurePullRequest(wish({ title: 'Fix it well', draft: true }), aborted)).toEqual(opened);
        expect(await world.pulls()).toEqual([expect.objectContaining({ title: PULL.title, draft: false })]);
      });

      test('of a branch that does not exist is refused in the forge’s own words', async () => {
        await expect(forge.ensurePullRequest(wish({ head: 'nowhere' }))).rejects.toMatchObject({
          code: expect.stringMatching(/^forge\.(?:refused|not-found)$/),
          retryable: false,
        });
      });

      test('that is too long is cut', async () => {
        await forge.ensurePullRequest(wish({ title: 't'.repeat(400), body: 'b'.repeat(70_000) }));
        const [pull] = await world.pulls();
        expect(pull?.title.length).toBeLessThanOrEqual(255);
        expect(pull?.body.length).toBeLessThanOrEqual(65_536);
      });
    });

    describe('a check', () => {
      let sha: string;
      const wish = (changes: Partial<CheckWish> = {}): CheckWish => ({ repository, sha, ...CHECK, ...changes });

      beforeEach(async () => {
        sha = await world.push('ada', { branch: 'topic', files: { 'a.txt': 'a\n' } });
      });

      async function states(): Promise<string[]> {
        return (await world.checks(sha)).map((check) => `${check.name} ${check.state}`);
      }

      /** The one check, not yet at its end. */
      function still(state: 'queued' | 'running') {
        return [expect.stringMatching(`^signalbox/tests (?:${state}|pending)$`)];
      }

      test('goes from queued over running to its end', async () => {
        const { id } = await forge.ensureCheck(wish({ status: 'queued' }));
        expect(await states()).toEqual(still('queued'));
        expect(await forge.ensureCheck(wish({ knownId: id }))).toEqual({ id });
        expect(await states()).toEqual(still('running'));
        expect(await forge.ensureCheck(wish({ knownId: id, ...DONE }))).toEqual({ id });
        expect(await states()).toEqual(['signalbox/tests success']);
      });

      test('is found again by another process', async () => {
        const { id } = await forge.ensureCheck(wish());
        expect(await world.open().ensureCheck(wish({ ...DONE, conclusion: 'failure' }))).toEqual({ id });
        expect(await states()).toEqual(['signalbox/tests failure']);
      });

      test('that is completed is not reopened', async () => {
        const { id } = await forge.ensureCheck(wish(DONE));
        expect(await forge.ensureCheck(wish())).toEqual({ id });
        expect(await forge.ensureCheck(wish({ ...DONE, conclusion: 'failure', knownId: id }))).toEqual({ id });
        expect(await states()).toEqual(['signalbox/tests success']);
      });

      test('that is run again under another id starts anew', async () => {
        await forge.ensureCheck(wish({ ...DONE, conclusion: 'failure' }));
        await forge.ensureCheck(wish({ externalId: 'task-1/tests/2' }));
        expect((await states()).slice(-1)).toEqual(still('running'));
      });

      test('of a run that was followed by another one hides nothing of that', async () => {
        const { id } = await forge.ensureCheck(wish());
        await forge.ensureCheck(wish({ externalId: 'task-1/tests/2', ...DONE }));
        expect(await forge.ensureCheck(wish({ ...DONE, conclusion: 'failure' }))).toEqual({ id });
        expect((await states()).at(-1)).toBe('signalbox/tests success');
      });

      test('is one, asked for at once', async () => {
        const answers = await Promise.all([wish({ status: 'queued' }), wish(), wish(DONE)].map((one) => forge.ensureCheck(one)));
        expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
        expect(await states()).toEqual(['signalbox/tests success']);
      });

      test('is one, also when the first answer was lost', async () => {
        world.loseAnswer('check');
        await forge.ensureCheck(wish()).catch(() => null);
        await forge.ensureCheck(wish(DONE));
        expect(await states()).toEqual(['signalbox/tests success']);
      });

      test('is apart from another name on the same commit', async () => {
        await forge.ensureCheck(wish());
        await forge.ensureCheck(wish({ name: 'signalbox/lint', externalId: 'task-1/lint/1', ...DONE }));
        expect((await states()).toSorted()).toEqual(['signalbox/lint success', ...still('running')]);
      });

      test('with long texts is cut', async () => {
        await forge.ensureCheck(wish({ ...DONE, title: 't'.repeat(2000), summary: 's'.repeat(70_000), text: 'x'.repeat(70_000) }));
        expect(await states()).toEqual(['signalbox/tests success']);
      });

      test('on a commit that does not exist is refused', async () => {
        await expect(forge.ensureCheck(wish({ sha: 'f'.repeat(40) }))).rejects.toMatchObject({
          code: expect.stringMatching(/^forge\.(?:refused|not-found)$/),
          retryable: false,
        });
      });
    });

    describe('what happened', () => {
      /** What it amounts to, in the order given. */
      async function since(time: Date): Promise<string[]> {
        return (await forge.happenings(repository, time)).map(({ event }) => {
          if (!('subject' in event)) return event.kind;
          const what = 'label' in event ? event.label : event.kind === 'commented' ? event.body : '';
          return [event.kind, `${event.subjectKind} ${event.subject.number}`, event.sender.login, what].filter(Boolean).join(' ');
        });
      }

      test('is told from an instant on: comments, labels, closings', async () => {
        const begun = new Date();
        const number = await world.openIssue('ada', { title: 'Bug', body: '' });
        await world.comment('ada', number, '/agent run');
        await world.label('ada', number, 'agent:worker');
        await world.unlabel('ada', number, 'agent:worker');
        await world.close('ada', number);
        expect((await since(begun)).toSorted()).toEqual([
          `closed issue ${number} ada`,
          `commented issue ${number} ada /agent run`,
          `label-added issue ${number} ada agent:worker`,
          `label-removed issue ${number} ada agent:worker`,
        ]);
        expect(await since(new Date(Date.now() + 5000))).toEqual([]);
      });

      test('says when, and a comment has the key that its delivery would have', async () => {
        const begun = Math.floor(Date.now() / 1000) * 1000;
        const number = await world.openIssue('ada', { title: 'Bug', body: '' });
        const commentId = await world.comment('ada', number, 'hello');
        await world.label('ada', number, 'agent:worker');
        const found = await forge.happenings(repository, new Date(begun));
        expect(found.map(({ key }) => key)).toEqual([`comment/${commentId}`, null]);
        for (const { event } of found) {
          expect(event).toMatchObject({ subject: ref(number), at: expect.any(Date) });
          const at = 'at' in event ? (event.at?.getTime() ?? 0) : 0;
          expect(at).toBeGreaterThanOrEqual(begun);
          expect(at).toBeLessThanOrEqual(Date.now() + 1000);
        }
      });

      test('on a pull request too, and by labels that it was opened with', async () => {
        const begun = new Date();
        await world.push('ada', { branch: 'topic', files: { 'a.txt': 'a\n' } });
        const number = await world.openPull('ada', { title: 'Topic', head: 'topic', base: 'main' });
        await world.comment('ada', number, 'on it');
        const issue = await world.openIssue('ada', { title: 'Bug', body: '', labels: ['agent:worker'] });
        expect(await since(begun)).toEqual([`commented pull ${number} ada on it`, `label-added issue ${issue} ada agent:worker`]);
      });

      test('and was changed since is not what was said', async () => {
        const begun = new Date();
        const number = await world.openIssue('ada', { title: 'Bug', body: '' });
        const id = await world.comment('ada', number, 'harmless');
        let edits = 0;
        // A forge that counts in seconds cannot see a change within the first one.
        await expect
          .poll(
            async () => {
              edits += 1;
              await world.editComment('ada', id, `/agent run ${edits}`);
              return since(begun);
            },
            { timeout: 10_000 },
          )
          .toEqual([]);
      });

      test('on a repository that does not exist is nothing that could be read', async () => {
        await expect(forge.happenings('nobody/nothing', new Date())).rejects.toMatchObject({
          code: expect.stringMatching(/^forge\.(?:not-found|not-installed)$/),
        });
      });

      test('of labels is remembered by the forge itself, where its webhooks do not say it', async ({ skip }) => {
        skip(!forge.labelChanges, 'the forge says which label a webhook is about');
        const begun = new Date();
        const number = await world.openIssue('ada', { title: 'Bug', body: '', labels: ['p1'] });
        await world.comment('ada', number, 'noise');
        await world.label('ada', number, 'agent:worker');
        await world.unlabel('ada', number, 'p1');
        const changes = (await forge.labelChanges?.(ref(number), begun)) ?? [];
        expect(changes.map(({ change, label, by }) => `${change} ${label} by ${by.login}`)).toEqual([
          'added p1 by ada',
          'added agent:worker by ada',
          'removed p1 by ada',
        ]);
        expect(changes.every(({ at }) => at.getTime() >= begun.getTime() - 1000)).toBe(true);
        expect(await forge.labelChanges?.(ref(number), new Date(Date.now() + 5000))).toEqual([]);
        expect(await forge.labelChanges?.(ref(999), begun)).toEqual([]);
      });
    });

    describe('setting up', () => {
      test('the repositories are those that Signalbox was given', async () => {
        expect(await forge.repositories()).toEqual([repository]);
      });

      test('labels are made where they are missing, whatever their case', async () => {
        const wish = (label: string) => ({ name: label, color: '1d76db', description: 'Starts an agent' });
        const number = await world.openIssue('ada', { title: 'Bug', body: '', labels: ['Agent:Worker'] });
        const wishes = [wish('agent:worker'), wish('agent:tester'), { ...wish('agent:reviewer'), description: 'x'.repeat(300) }];
        expect(await forge.ensureLabels(repository, wishes)).toEqual({ created: ['agent:tester', 'agent:reviewer'] });
        expect(await world.open().ensureLabels(repository, wishes)).toEqual({ created: [] });
        expect(await world.labels()).toEqual(expect.arrayContaining(['Agent:Worker', 'agent:reviewer', 'agent:tester']));
        expect((await forge.subject(ref(number)))?.labels).toEqual(['Agent:Worker']);
      });

      test('labels of a repository that does not exist are refused', async () => {
        await expect(forge.ensureLabels('nobody/nothing', [])).rejects.toMatchObject({
          code: expect.stringMatching(/^forge\.(?:not-found|not-installed)$/),
        });
      });

      test('a webhook leads to an address once, and leaves others alone', async ({ skip }) => {
        expect(forge.ensureWebhook !== undefined).toBe(world.hooks !== undefined);
        skip(!world.hooks, 'webhooks are not the repository’s own');
        const [here, there] = ['https://signalbox.example/webhooks/forge', 'https://other.example/hook'];
        expect(await forge.ensureWebhook?.(repository, there)).toMatchObject({ made: 'created' });
        expect(await forge.ensureWebhook?.(repository, here)).toMatchObject({ made: 'created' });
        expect(await world.open().ensureWebhook?.(repository, here)).toMatchObject({ made: 'updated' });
        await Promise.all([forge, world.open()].map(async (one) => one.ensureWebhook?.(repository, here)));
        const hooks = (await world.hooks?.()) ?? [];
        expect(hooks.map(({ url, active }) => `${url} ${active}`).toSorted()).toEqual([`${there} true`, `${here} true`]);
      });
    });

    describe('findings at their lines', () => {
      let number: number;
      let sha: string;
      const at = (line: number | null, path: string | null = 'a.txt'): Finding => ({
        severity: 'error',
        path,
        line,
        endLine: null,
        rule: 'no-such',
        message: `fault \`at\` ${line} @ada`,
      });

      beforeEach(async ({ skip }) => {
        skip(!forge.ensureReview, 'checks carry the findings');
        sha = await world.push('ada', { branch: 'topic', files: { 'a.txt': 'one\ntwo\nthree\n', 'b/ü c.txt': 'one\n' } });
        number = await world.openPull('ada', { title: 'Topic', head: 'topic', base: 'main' });
      });

      const review = (findings: Finding[], key = 'review:1') => ({ repository, number, sha, key, body: 'Two faults.', findings });

      async function shown(): Promise<{ body: string; lines: string[] }[]> {
        const remarks = await forge.conversation(ref(number), 100);
        const lines = remarks.filter(({ kind }) => kind === 'line-comment').map(({ path, line }) => `${path}:${line}`);
        return remarks.filter(({ kind }) => kind === 'review').map(({ body }) => ({ body, lines: lines.toSorted() }));
      }

      test('are one review for a key, also from another process', async () => {
        await forge.ensureReview?.(review([at(2)]));
        await world.open().ensureReview?.(review([at(2), at(3)]));
        expect(await shown()).toEqual([{ body: expect.stringContaining('Two faults.'), lines: ['a.txt:2'] }]);
        await forge.ensureReview?.(review([at(1)], 'review:2'));
        expect(await shown()).toHaveLength(2);
      });

      test('are one review, asked for at once', async () => {
        await Promise.all([1, 2, 3].map(async () => forge.ensureReview?.(review([at(2)]))));
        expect(await shown()).toEqual([{ body: expect.stringContaining('Two faults.'), lines: ['a.txt:2'] }]);
      });

      test('without a place in the change are told in its body', async () => {
        const outside = [at(99), at(1, 'README.md'), at(null), at(null, null), at(1, '../etc/passwd'), at(1, 'none.txt')];
        await forge.ensureReview?.(review([at(3), at(1, './b/ü c.txt'), ...outside]));
        const [only] = await shown();
        expect(only?.lines).toEqual(['a.txt:3', 'b/ü c.txt:1']);
        for (const place of ['a.txt:99', 'README.md:1', 'none.txt:1']) expect(only?.body).toContain(place);
      });

      test('are all told in the body once the branch has moved on', async () => {
        await world.push('ada', { branch: 'topic', files: { 'a.txt': 'zero\none\n' } });
        await expect.poll(async () => (await forge.subject(ref(number)))?.pull?.head.sha).not.toBe(sha);
        await forge.ensureReview?.(review([at(2)]));
        expect(await shown()).toEqual([{ body: expect.stringContaining('a.txt:2'), lines: [] }]);
      });

      test('are cut where there are too many', async () => {
        await forge.ensureReview?.(review(Array.from({ length: 40 }, (_, n) => at((n % 3) + 1))));
        const [only] = await shown();
        expect(only?.lines.length).toBeLessThan(40);
        expect(only?.body).toMatch(/\d+ more/);
      });

      test('on a pull request that does not exist are refused', async () => {
        await expect(forge.ensureReview?.({ ...review([at(1)]), number: 999 })).rejects.toMatchObject({ code: 'forge.not-found' });
      });
    });

    describe('what goes wrong has a code of its own', () => {
      const inAnHour = String(Math.floor(Date.now() / 1000) + 3600);
      const table: [string, Parameters<ForgeWorld['failAll']>[0], string, boolean][] = [
        ['401', { status: 401 }, 'forge.unauthorized', false],
        ['403', { status: 403 }, 'forge.forbidden', false],
        ['429', { status: 429, headers: { 'retry-after': '3600' } }, 'forge.rate-limited', true],
        ['500', { status: 500 }, 'forge.server-error', true],
        ['503', { status: 503 }, 'forge.server-error', true],
        ['a cut connection', { status: 'drop' }, 'forge.unreachable', true],
        [
          '403 with a spent limit',
          { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inAnHour } },
          'forge.rate-limited',
          true,
        ],
        ['403 with a time to wait', { status: 403, headers: { 'retry-after': '3600' } }, 'forge.rate-limited', true],
      ];
      test.each(table)('%s', async (_name, answer, code, retryable) => {
        const number = await world.openIssue('ada', { title: 'Bug', body: '' });
        await forge.identity();
        world.failAll(answer);
        const expected = { code, retryable, nextStep: expect.stringMatching(/\w/) };
        await expect(forge.subject(ref(number))).rejects.toMatchObject(expected);
        await expect(forge.ensureComment(ref(number), { key: 'k', body: 'b', knownId: null })).rejects.toMatchObject(expected);
      });
    });

    describe('whether webhooks arrive', () => {
      beforeEach(({ skip }) => {
        expect(forge.checkWebhook !== undefined).toBe(world.webhook !== undefined);
        skip(!world.webhook, 'the forge does not tell how its webhooks went');
      });

      test('is not known while the forge would send them nowhere, or has sent none', async () => {
        const nowhere = await forge.checkWebhook!();
        expect(nowhere.ok).toBe(false);
        expect(nowhere.detail).toContain(`/webhooks/${forge.name}`);
        world.webhook!.lead(`http://127.0.0.1:1/webhooks/${forge.name}`);
        expect(await forge.checkWebhook!()).toMatchObject({ ok: false, detail: expect.stringContaining('127.0.0.1:1') });
      });

      test('is told by the last one', async () => {
        await using receiver = await startReceiver(202);
        world.webhook!.lead(`${receiver.url}/webhooks/${forge.name}`);
        await world.webhook!.send();
        expect(await forge.checkWebhook!()).toMatchObject({ ok: true, detail: expect.stringContaining(receiver.url) });
        receiver.status = 401;
        await world.webhook!.send();
        expect(await forge.checkWebhook!()).toMatchObject({ ok: false, detail: expect.stringContaining('WEBHOOK_SECRET') });
      });

      test('is a no where nobody answers, or where something else would', async () => {
        world.webhook!.lead(`http://127.0.0.1:1/webhooks/${forge.name}`);
        await world.webhook!.send();
        expect((await forge.checkWebhook!()).ok).toBe(false);
        await using receiver = await startReceiver(202);
        world.webhook!.lead(`${receiver.url}/elsewhere`);
        await world.webhook!.send();
        expect(await forge.checkWebhook!()).toMatchObject({ ok: false, detail: expect.stringContaining('/elsewhere') });
      });

      test('is not known while the forge does not answer', async () => {
        expect(await world.openNowhere().checkWebhook!()).toMatchObject({ ok: false });
      });
    });

    test('links lead to the repository’s pages', async () => {
      const number = await world.openIssue('ada', { title: 'Bug', body: '' });
      expect(forge.webUrl(repository, { number })).toMatch(new RegExp(`^http.+/${repository}/issues/${number}$`));
      expect(forge.webUrl(repository, { commit: 'abc123' })).toMatch(new RegExp(`/${repository}/commit/abc123$`));
      expect(forge.webUrl(repository, { branch: 'agent/1-a b#c' })).toMatch(/\/agent\/1-a%20b%23c$/);
    });
  });
}

/** Takes every request, and answers it with its `status` of the moment. */
async function startReceiver(status: number) {
  const server = createServer((request, response) => request.resume().on('end', () => response.writeHead(receiver.status).end()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    status,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}
