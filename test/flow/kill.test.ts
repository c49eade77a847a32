import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect } from 'vitest';
import type { FaultRule } from '../support/github/github.ts';
import { needsDocker } from '../support/needs.ts';
import { handled, replies, requestsLike, statusOf, taskIn } from './look.ts';
import { MEND, bash, create, submit, turn } from './scripts.ts';
import { REPOSITORY, story, until, type Stage } from './stage.ts';

const noDocker = await needsDocker();
const run = promisify(execFile);

const HANG = [{ fail: 'hang' }] as const;
const SLOW_TEST = "import test from 'node:test';\ntest('takes its time', () => new Promise((resolve) => setTimeout(resolve, 600_000)));\n";
/** A job in the background and one in front, and a mark that says that both were begun. */
const busyFor = (seconds: number) => [turn(bash(`(setsid sleep ${seconds} &) ; touch begun; sleep ${seconds}`))];
/** Seconds that no other process on this machine sleeps for. */
const odd = () => 100_000 + randomInt(800_000);

interface Stopped {
  readonly by: string;
  readonly route: string;
  readonly reason: string;
}

/** What is true after every kill, whatever was stopped and by which route. */
async function expectStopped(stage: Stage, issue: number, { by, route, reason }: Stopped): Promise<void> {
  const asked = stage.model.requests.length;
  const task = await stage.ended(issue);
  expect(task).toMatchObject({ state: 'killed', outcome: { code: 'killed' } });
  expect(task.outcome!.message).toContain(`Stopped by ${by} (${reason})`);
  expect(statusOf(stage, task)).toContain('**Stopped.**');
  expect(statusOf(stage, task)).toContain(reason);
  expect(await stage.truth().branches()).not.toHaveProperty([task.branch ?? 'agent']);
  expect(stage.truth().pulls()).toEqual([]);
  expect(await stage.truth().checks()).toEqual([]);
  expect(stage.model.requests).toHaveLength(asked);
  const events = (await stage.events()).filter(({ taskId }) => taskId === task.id);
  expect(events.filter(({ type }) => type === 'task.kill-requested').map(({ data }) => data)).toEqual([{ actor: by, route, reason }]);
  const ends = events.map(({ type }) => type).filter((type) => /^(task|agent)\.(completed|failed|killed)$/.test(type));
  expect(ends.filter((type) => !type.endsWith('killed'))).toEqual([]);
  expect(ends.filter((type) => type === 'task.killed')).toHaveLength(1);
}

async function start(stage: Stage, title = 'Something to do'): Promise<number> {
  const issue = await stage.openIssue(title);
  await stage.ada.label(REPOSITORY, issue, 'agent:worker');
  return issue;
}

/** Until the agent's command runs. */
async function begun({ dataDir }: Stage): Promise<void> {
  await until(async () => {
    const found = await readdir(join(dataDir, 'workspaces'), { recursive: true }).catch(() => []);
    return found.some((path) => path.endsWith('/repo/begun'));
  }, 'the command to run');
}

async function sleepers(seconds: number): Promise<string[]> {
  const { stdout } = await run('ps', ['-eo', 'args']);
  return stdout.split('\n').filter((line) => line.includes(`sleep ${seconds}`));
}

describe('a kill by comment', () => {
  story('ends a model call that hangs, and says who and why', { script: HANG }, async (stage) => {
    const issue = await start(stage);
    const request = await stage.model.arrived(0);
    await stage.ada.comment(REPOSITORY, issue, '/agent kill wrong issue, sorry');
    await expectStopped(stage, issue, { by: 'ada', route: 'comment', reason: 'wrong issue, sorry' });
    expect(await request.ended).toBe('closed');
    expect(replies(stage, issue)).toEqual([]);
  });

  const alone = odd();
  story('ends a command and what it left in the background', { script: busyFor(alone) }, async (stage) => {
    const issue = await start(stage);
    await begun(stage);
    expect((await sleepers(alone)).length).toBeGreaterThanOrEqual(2);
    await stage.ada.comment(REPOSITORY, issue, '/agent kill');
    await expectStopped(stage, issue, { by: 'ada', route: 'comment', reason: 'no reason given' });
    expect(await sleepers(alone)).toEqual([]);
  });

  story('ends a gate', { script: [turn(create('test/slow.test.js', SLOW_TEST)), submit('Add a slow test')] }, async (stage) => {
    const issue = await start(stage);
    await until(
      async () =>
        (await stage.events()).some(({ type, data }) => type === 'gate.changed' && data['gate'] === 'test' && data['state'] === 'running'),
      'the tests to run',
    );
    await stage.ada.comment(REPOSITORY, issue, '/agent kill too slow');
    await expectStopped(stage, issue, { by: 'ada', route: 'comment', reason: 'too slow' });
    expect(statusOf(stage, (await stage.tasks())[0]!)).not.toContain('🔄');
  });

  story('is one kill, however often it is asked for', { script: HANG }, async (stage) => {
    const issue = await start(stage);
    await stage.model.arrived(0);
    await Promise.all([1, 2, 3].map((one) => stage.ada.comment(REPOSITORY, issue, `/agent kill time ${one}`)));
    const task = await stage.ended(issue);
    await handled(stage);
    const events = (await stage.events()).filter(({ type }) => type === 'task.kill-requested' || type === 'task.killed');
    expect(events.map(({ type }) => type)).toEqual(['task.kill-requested', 'task.killed']);
    expect(task.outcome!.message).toContain(String(events[0]!.data['reason']));
    expect(stage.model.requests).toHaveLength(1);
  });

  story('of what is over, or never was, is answered and changes nothing', { script: MEND }, async (stage) => {
    const issue = await stage.openIssue('duration(119) says 2 minutes');
    await stage.ada.comment(REPOSITORY, issue, '/agent kill');
    await until(() => replies(stage, issue).length === 1, 'a reply');
    await stage.ada.label(REPOSITORY, issue, 'agent:worker');
    const task = await stage.ended(issue);
    await stage.ada.comment(REPOSITORY, issue, '/agent kill');
    await stage.ada.comment(REPOSITORY, task.pullRequest!, '/agent kill');
    await until(() => replies(stage, task.pullRequest!).length === 1, 'a reply on the pull request');
    expect(replies(stage, issue)).toEqual([
      'No agent has been at work here.',
      'No agent is at work here: the last one is already over (completed).',
    ]);
    expect(replies(stage, task.pullRequest!)).toEqual(['No agent is at work here: the last one is already over (completed).']);
    expect(await stage.tasks()).toEqual([task]);
    expect(stage.truth().pull(task.pullRequest!).state).toBe('open');
  });

  story('of somebody who may not write stops nothing', { script: HANG }, async (stage) => {
    const issue = await start(stage);
    await stage.model.arrived(0);
    await stage.eve.comment(REPOSITORY, issue, '/agent kill please');
    await handled(stage);
    expect((await stage.tasks())[0]!.state).toBe('running');
    await stage.ada.comment(REPOSITORY, issue, '/agent kill it was me');
    await expectStopped(stage, issue, { by: 'ada', route: 'comment', reason: 'it was me' });
  });

  story(
    'of one agent leaves the others at work',
    {
      script: [
        { when: 'first', turns: HANG },
        { when: 'second', turns: HANG },
      ],
      settings: { ORCHESTRATOR_QUEUE_CONCURRENCY: '2' },
    },
    async (stage) => {
      const [first, second] = [await start(stage, 'The first'), await start(stage, 'The second')];
      await stage.model.arrived(1);
      await stage.ada.comment(REPOSITORY, first, '/agent kill only this');
      await expectStopped(stage, first, { by: 'ada', route: 'comment', reason: 'only this' });
      expect((await taskIn(stage, second, 'running')).state).toBe('running');
      expect(stage.model.requests.map(({ outcome }) => outcome).sort()).toEqual(['closed', 'open']);
      await stage.ada.comment(REPOSITORY, second, '/agent kill and this');
      await expectStopped(stage, second, { by: 'ada', route: 'comment', reason: 'and this' });
    },
  );

  story(
    'of a task that waits for a free worker is over at once',
    { script: HANG, settings: { MAX_CONCURRENT_AGENTS: '1' } },
    async (stage) => {
      const first = await start(stage, 'The first');
      await stage.model.arrived(0);
      const second = await start(stage, 'The second');
      await taskIn(stage, second, 'pending');
      await stage.ada.comment(REPOSITORY, second, '/agent kill not that one');
      await expectStopped(stage, second, { by: 'ada', route: 'comment', reason: 'not that one' });
      expect((await taskIn(stage, first, 'running')).state).toBe('running');
      await stage.ada.comment(REPOSITORY, first, '/agent kill nor this');
      await expectStopped(stage, first, { by: 'ada', route: 'comment', reason: 'nor this' });
      expect(stage.model.requests).toHaveLength(1);
    },
  );
});

describe('a kill without words', () => {
  story('is the removal of the label', { script: HANG }, async (stage) => {
    const issue = await start(stage);
    await stage.model.arrived(0);
    await stage.ada.unlabel(REPOSITORY, issue, 'agent:worker');
    await expectStopped(stage, issue, { by: 'ada', route: 'label', reason: 'the label was removed' });
  });

  story('is the closing of the issue', { script: HANG }, async (stage) => {
    const issue = await start(stage);
    await stage.model.arrived(0);
    await stage.ada.close(REPOSITORY, issue);
    await expectStopped(stage, issue, { by: 'ada', route: 'close', reason: 'it was closed' });
  });

  story('is nothing where no agent is at work', { script: MEND }, async (stage) => {
    const issue = await start(stage);
    const task = await stage.ended(issue);
    await stage.ada.unlabel(REPOSITORY, issue, 'agent:worker');
    await stage.ada.merge(REPOSITORY, task.pullRequest!);
    await handled(stage);
    expect(await stage.tasks()).toEqual([task]);
    expect(replies(stage, issue)).toEqual([]);
  });
});

describe('a kill that comes while the work is being published', () => {
  /** Kills while a request of the App's waits on the forge, and lets it go on once the kill is written down. */
  async function killDuring(stage: Stage, pattern: RegExp, why: string, rule: Partial<FaultRule> = {}): Promise<number> {
    const { promise, resolve } = Promise.withResolvers<void>();
    stage.forge.fail({ match: pattern, until: promise, ...rule });
    const issue = await start(stage);
    await until(() => stage.forge.requests.some(({ method, path }) => pattern.test(`${method} ${path}`)), 'the request');
    await stage.ada.comment(REPOSITORY, issue, `/agent kill ${why}`);
    await until(async () => (await stage.events()).some(({ type }) => type === 'task.kill-requested'), 'the kill');
    resolve();
    return issue;
  }

  story('before the pull request is asked for leaves a branch, and says so', { script: MEND }, async (stage) => {
    const issue = await killDuring(stage, /^GET .*\/pulls\?.*head=/, 'too early');
    const task = await stage.ended(issue);
    expect(task).toMatchObject({ state: 'killed', pullRequest: null, outcome: { code: 'killed' } });
    expect(stage.truth().pulls()).toEqual([]);
    expect(await stage.truth().branches()).toHaveProperty([task.branch!], task.headSha);
    expect(task.outcome!.message).toBe(
      `Stopped by ada (too early), when its work was already on the branch \`${task.branch}\`, without a pull request.`,
    );
    expect(statusOf(stage, task)).toContain(`already on the branch \`${task.branch}\``);
    expect((await stage.truth().checks(task.headSha!)).filter(({ status }) => status !== 'completed')).toEqual([]);
  });

  story('while the pull request is being opened names that pull request', { script: MEND }, async (stage) => {
    const issue = await killDuring(stage, /^POST .*\/pulls$/, 'too late');
    const task = await stage.ended(issue);
    const [pull] = stage.truth().pulls();
    expect(task).toMatchObject({ state: 'killed', pullRequest: pull!.number });
    expect(task.outcome!.message).toBe(`Stopped by ada (too late), when its work was already in pull request #${pull!.number}.`);
    const checks = await stage.truth().checks(pull!.headSha);
    expect(checks.filter(({ status }) => status !== 'completed')).toEqual([]);
    expect(checks.find(({ name }) => name === 'signalbox/agent')?.conclusion).toBe('cancelled');
  });

  story('while the answer to its opening is lost names that pull request', { script: MEND }, async (stage) => {
    const issue = await killDuring(stage, /^POST .*\/pulls$/, 'too late', { status: 'drop', when: 'after' });
    const task = await stage.ended(issue);
    const [pull] = stage.truth().pulls();
    expect(task).toMatchObject({ state: 'killed', pullRequest: pull!.number });
    expect(task.outcome!.message).toBe(`Stopped by ada (too late), when its work was already in pull request #${pull!.number}.`);
  });

  story('while the forge does not tell says that there may be a pull request', { script: MEND }, async (stage) => {
    stage.forge.fail({ match: ({ method, path }) => method === 'GET' && path.includes('/pulls?'), status: 503, times: 1000 });
    const issue = await killDuring(stage, /^GET .*\/pulls\?.*head=/, 'too early', { status: 503 });
    const task = await stage.ended(issue);
    expect(task.outcome!.message).toBe(
      `Stopped by ada (too early), when its work was already on the branch \`${task.branch}\`; whether there is a pull request is not known.`,
    );
  });

  story('while the branch is being pushed says that it may have arrived', { script: MEND }, async (stage) => {
    const issue = await killDuring(stage, /^POST .*\/git-receive-pack$/, 'in the middle');
    const task = await stage.ended(issue);
    expect(task).toMatchObject({ state: 'killed', pullRequest: null });
    expect(task.outcome!.message).toBe(
      `Stopped by ada (in the middle), while the branch \`${task.branch}\` was being pushed, so that its work may be there.`,
    );
    expect(stage.truth().pulls()).toEqual([]);
    expect(requestsLike(stage, /^POST .*\/pulls$/)).toEqual([]);
  });
});

describe.skipIf(noDocker)('a kill, in Docker', () => {
  const contained = odd();
  story('removes the container with all that runs in it', { script: busyFor(contained), docker: true }, async (stage) => {
    const issue = await start(stage);
    await begun(stage);
    expect(await stage.containers()).toHaveLength(1);
    await stage.ada.comment(REPOSITORY, issue, '/agent kill enough');
    await expectStopped(stage, issue, { by: 'ada', route: 'comment', reason: 'enough' });
    expect(await stage.containers()).toEqual([]);
    expect(await sleepers(contained)).toEqual([]);
  });

  story(
    'removes the container of the gates',
    { script: [turn(create('test/slow.test.js', SLOW_TEST)), submit('Add a slow test')], docker: true },
    async (stage) => {
      const issue = await start(stage);
      await until(
        async () =>
          (await stage.events()).some(
            ({ type, data }) => type === 'gate.changed' && data['gate'] === 'test' && data['state'] === 'running',
          ),
        'the tests to run',
      );
      await stage.ada.comment(REPOSITORY, issue, '/agent kill too slow');
      await expectStopped(stage, issue, { by: 'ada', route: 'comment', reason: 'too slow' });
      expect(await stage.containers()).toEqual([]);
    },
  );
});
