import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { controlApi } from '../support/control-api.ts';
import { handled, replies, statusOf, taskIn } from './look.ts';
import { MEND, bash, turn } from './scripts.ts';
import { REPOSITORY, story, until, type Stage } from './stage.ts';

const HANG = [{ fail: 'hang' }] as const;
/** Commands are plain processes in these stories, so that a file of the test's can hold one up. */
const GO = join(tmpdir(), `signalbox-go-${randomUUID()}`);
const HELD = [turn(bash(`until [ -e ${GO} ]; do sleep 0.05; done`)), ...MEND];
const AT_ONCE = (agents: string) => ({
  MAX_CONCURRENT_AGENTS: agents,
  MAX_AGENTS_PER_REPOSITORY: agents,
  ORCHESTRATOR_QUEUE_CONCURRENCY: agents,
});

async function begin(stage: Stage, title: string): Promise<number> {
  const issue = await stage.openIssue(title);
  await stage.ada.label(REPOSITORY, issue, 'agent:worker');
  return issue;
}

describe('a halt', () => {
  const script = [{ when: 'The first', turns: HELD }, { turns: MEND }];
  story(
    'lets what is at work go on, starts nothing new, survives a restart, and what waited starts when it is lifted',
    { script, settings: AT_ONCE('2') },
    async (stage) => {
      const first = await begin(stage, 'The first');
      await until(() => stage.model.requests[0]?.outcome === 'answered', 'the first answer of the model');
      expect(await controlApi(stage, 'POST /halt', { reason: 'maintenance' })).toMatchObject({
        status: 200,
        body: { halted: true, actor: 'api (ops)' },
      });
      const second = await begin(stage, 'The second');
      const waiting = await taskIn(stage, second, 'pending');
      await until(
        () => statusOf(stage, waiting).includes('**Waiting**: this Signalbox was halted by `api (ops)` (maintenance).'),
        'the status comment to say so',
      );

      await writeFile(GO, '');
      expect(await stage.ended(first)).toMatchObject({ state: 'completed' });
      await rm(GO);
      await stage.restart();
      expect(await controlApi(stage, 'GET /halt')).toMatchObject({ body: { halted: true, reason: 'maintenance' } });
      const third = await begin(stage, 'The third');
      const another = await taskIn(stage, third, 'pending');
      await until(() => statusOf(stage, another).includes('was halted'), 'the status comment of the third');
      expect((await stage.tasks()).map(({ state }) => state)).toEqual(['completed', 'pending', 'pending']);
      expect(stage.model.requests).toHaveLength(HELD.length);

      expect(await controlApi(stage, 'POST /resume', { reason: 'done' })).toMatchObject({ body: { halted: false } });
      expect(await stage.ended(second)).toMatchObject({ state: 'completed' });
      expect(await stage.ended(third)).toMatchObject({ state: 'completed' });
      const told = (await stage.events()).filter(({ type }) => type.startsWith('instance.'));
      expect(told.map(({ type, data }) => [type, data])).toEqual([
        ['instance.halted', { actor: 'api (ops)', route: 'api', reason: 'maintenance' }],
        ['instance.resumed', { actor: 'api (ops)', route: 'api', reason: 'done' }],
      ]);
    },
  );

  story('is told to what waits already, and so is its end', { script: HANG, settings: AT_ONCE('1') }, async (stage) => {
    await begin(stage, 'The first');
    await stage.model.arrived(0);
    const second = await begin(stage, 'The second');
    const waiting = await taskIn(stage, second, 'pending');
    await until(() => statusOf(stage, waiting).includes('for a free worker'), 'the status comment');
    await controlApi(stage, 'POST /halt', { reason: 'maintenance' });
    await until(() => statusOf(stage, waiting).includes('was halted by `api (ops)` (maintenance).'), 'the halt to be told');
    await controlApi(stage, 'POST /resume');
    await until(() => statusOf(stage, waiting).includes('for a free worker'), 'the end of the halt to be told');
    await controlApi(stage, 'POST /agents/kill-all');
    await stage.ended(second);
  });

  story('does not keep a kill from what waits', { script: HANG }, async (stage) => {
    await controlApi(stage, 'POST /halt');
    const issue = await begin(stage, 'The first');
    await taskIn(stage, issue, 'pending');
    await stage.ada.comment(REPOSITORY, issue, '/agent kill');
    expect(await stage.ended(issue)).toMatchObject({ state: 'killed' });
    expect(stage.model.requests).toHaveLength(0);
  });
});

describe('a pause of the queue', () => {
  story('keeps workers from taking anything, survives a restart, and ends when it is resumed', { script: MEND }, async (stage) => {
    expect(await controlApi(stage, 'POST /queue/pause')).toMatchObject({ status: 200, body: { paused: true } });
    const issue = await begin(stage, 'The first');
    await taskIn(stage, issue, 'dispatched');
    await stage.restart();
    await until(async () => (await controlApi(stage, 'GET /queue/stats')).body['waiting'] === 1, 'the job to wait');
    expect((await controlApi(stage, 'GET /queue/stats')).body).toMatchObject({
      paused: true,
      active: 0,
      tasks: { dispatched: 1, running: 0 },
    });
    await controlApi(stage, 'POST /queue/resume');
    expect(await stage.ended(issue)).toMatchObject({ state: 'completed' });
  });
});

describe('a kill of what is in the queue', () => {
  story('takes it out, even while the queue is paused', { script: HANG }, async (stage) => {
    await controlApi(stage, 'POST /queue/pause');
    const issue = await begin(stage, 'The first');
    await taskIn(stage, issue, 'dispatched');
    await until(async () => (await controlApi(stage, 'GET /queue/stats')).body['waiting'] === 1, 'the job to wait');
    await stage.ada.comment(REPOSITORY, issue, '/agent kill');
    expect(await stage.ended(issue)).toMatchObject({ state: 'killed' });
    await until(async () => (await controlApi(stage, 'GET /queue/stats')).body['waiting'] === 0, 'the job to go');
    await controlApi(stage, 'POST /queue/resume');
    expect(stage.model.requests).toHaveLength(0);
  });
});

describe('a kill of everything', () => {
  story(
    'ends three agents at work and what waits, and counts what is confirmed',
    { script: HANG, settings: AT_ONCE('3') },
    async (stage) => {
      const issues: number[] = [];
      for (const title of ['The first', 'The second', 'The third']) issues.push(await begin(stage, title));
      await stage.model.arrived(2);
      issues.push(await begin(stage, 'The fourth'));
      await taskIn(stage, issues[3]!, 'pending');

      const { status, body } = await controlApi(stage, 'POST /agents/kill-all', { reason: 'all of it' });
      expect({ status, ...body }).toEqual({
        status: 200,
        message: '4 agents stopped, each confirmed.',
        total: 4,
        killed: 4,
        failed: 0,
        errors: [],
      });
      for (const issue of issues) {
        const task = await stage.ended(issue);
        expect(task).toMatchObject({ state: 'killed', outcome: { message: 'Stopped by api (ops) (all of it).' } });
        expect(statusOf(stage, task)).toContain('**Stopped.** Stopped by api (ops) (all of it).');
        expect(statusOf(stage, task).includes('Confirmed after')).toBe(issue !== issues[3]);
      }
      expect(stage.model.requests.map(({ outcome }) => outcome)).toEqual(['closed', 'closed', 'closed']);
      expect(stage.truth().pulls()).toEqual([]);
      expect(await controlApi(stage, 'POST /agents/kill-all')).toMatchObject({ status: 200, body: { total: 0 } });
    },
  );

  story('by comment needs a maintainer, and ends there', { script: HANG, settings: AT_ONCE('3') }, async (stage) => {
    const OTHER = 'acme/other';
    const max = stage.forge.addUser('max');
    stage.truth().setRole('max', 'maintain');
    await stage.forge.addRepository(OTHER, { collaborators: { ada: 'admin' } });
    const issues = [await begin(stage, 'The first'), await begin(stage, 'The second')];
    const elsewhere = (await stage.ada.openIssue(OTHER, { title: 'Of others' })).number;
    await stage.ada.label(OTHER, elsewhere, 'agent:worker');
    await stage.model.arrived(2);

    await stage.ada.comment(REPOSITORY, issues[0]!, '/agent kill-all');
    await until(() => replies(stage, issues[0]!).some((reply) => reply.includes('that needs maintain access')), 'the refusal');
    await handled(stage);
    expect((await stage.tasks()).map(({ state }) => state)).toEqual(['running', 'running', 'running']);

    await max.comment(REPOSITORY, issues[0]!, '/agent kill-all they all went astray');
    for (const issue of issues)
      expect(await stage.ended(issue)).toMatchObject({ state: 'killed', outcome: { message: 'Stopped by max (they all went astray).' } });
    await until(
      () => replies(stage, issues[0]!).some((reply) => reply.startsWith('2 agents (#1, #2) at work were asked to stop')),
      'the answer',
    );
    const other = (await stage.tasks()).find(({ subject }) => subject.repository === OTHER)!;
    expect(other.state).toBe('running');
    expect(stage.model.requests.map(({ outcome }) => outcome).sort()).toEqual(['closed', 'closed', 'open']);
    await controlApi(stage, 'POST /agents/kill-all');
    await until(async () => (await stage.tasks()).every(({ state }) => state === 'killed'), 'the last one to end');
  });
});
