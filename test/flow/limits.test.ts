import { describe, expect } from 'vitest';
import { needsDocker } from '../support/needs.ts';
import { lastWords, statusOf } from './look.ts';
import { MEND, MISS, bash, create, submit, turn } from './scripts.ts';
import { REPOSITORY, story, type Stage } from './stage.ts';
import type { Task } from '../../src/domain/task.ts';

const noDocker = await needsDocker();
const LOOK = turn(bash('ls'));
const CHANGE = MISS[0]!;

async function labelled(stage: Stage): Promise<Task> {
  const issue = await stage.openIssue('duration(119) says 2 minutes');
  await stage.ada.label(REPOSITORY, issue, 'agent:worker');
  return stage.ended(issue);
}

/** The task failed for this reason, and nothing of it is on the forge. */
async function expectNothingMade(stage: Stage, task: Task, code: string, words: string): Promise<void> {
  expect(task).toMatchObject({ state: 'failed', outcome: { code }, pullRequest: null, headSha: null });
  expect(task.outcome!.message).toContain(words);
  expect(statusOf(stage, task)).toContain(words);
  expect(Object.keys(await stage.truth().branches())).toEqual(['main']);
}

describe('an agent that uses up its limit', () => {
  story(
    'of model calls, with a change, leaves it as a draft that says so',
    { script: [CHANGE, LOOK, LOOK], settings: { AGENT_MAX_TURNS: '2' } },
    async (stage) => {
      const task = await labelled(stage);
      expect(task).toMatchObject({ state: 'failed', outcome: { code: 'agent.out-of-budget' } });
      expect(task.outcome!.message).toBe(
        `The agent used up its model calls: 2 of 2. What there was is in the draft pull request #${task.pullRequest}.`,
      );
      const pull = stage.truth().pull(task.pullRequest!);
      expect(pull).toMatchObject({ draft: true, title: 'Unfinished: duration(119) says 2 minutes' });
      expect(pull.body).toContain('This is as far as the agent came. The agent used up its model calls: 2 of 2.');
      expect(await stage.truth().diff(pull.number)).toContain('nearly always');
      const checks = await stage.truth().checks(pull.headSha);
      expect(checks.find(({ name }) => name === 'signalbox/agent')).toMatchObject({ conclusion: 'failure' });
      expect(checks.find(({ name }) => name === 'signalbox/test')).toMatchObject({ conclusion: 'failure' });
      expect(stage.model.requests).toHaveLength(2);
      expect(lastWords(stage.model.requests[1]!)).not.toContain('You have nearly used up');
    },
  );

  story(
    'of model calls, without a change, leaves nothing',
    { script: [LOOK, LOOK, LOOK], settings: { AGENT_MAX_TURNS: '2' } },
    async (stage) => {
      await expectNothingMade(stage, await labelled(stage), 'agent.out-of-budget', 'model calls: 2 of 2');
    },
  );

  story(
    'of tokens is told when it comes near',
    {
      script: [{ ...LOOK, usage: { input: 800, output: 50 } }, { ...LOOK, usage: { input: 300, output: 50 } }, LOOK],
      settings: { AGENT_MAX_TOKENS: '1000' },
    },
    async (stage) => {
      await expectNothingMade(stage, await labelled(stage), 'agent.out-of-budget', 'tokens: 1,200 of 1,000');
      expect(stage.model.requests).toHaveLength(2);
      expect(lastWords(stage.model.requests[1]!)).toContain('You have nearly used up your tokens: 850 of 1,000');
    },
  );

  story(
    'of money ends before the next call',
    { script: [{ ...CHANGE, usage: { input: 1_000_000, output: 10 } }, LOOK], settings: { AGENT_MAX_COST_USD: '1' } },
    async (stage) => {
      const task = await labelled(stage);
      expect(task).toMatchObject({ state: 'failed', outcome: { code: 'agent.out-of-budget' } });
      expect(task.outcome!.message).toMatch(/money: \$\d+\.\d\d of \$1\.00/);
      expect(stage.truth().pull(task.pullRequest!).draft).toBe(true);
      expect(stage.model.requests).toHaveLength(1);
      expect(statusOf(stage, task)).toMatch(/1 turn · 1,000,010 tokens · \$\d/);
    },
  );

  story(
    'of time is cut off in the middle of a model call',
    { script: [CHANGE, { fail: 'hang' }], settings: { AGENT_MAX_WALL_SECONDS: '10' } },
    async (stage) => {
      const task = await labelled(stage);
      expect(task).toMatchObject({ state: 'failed', outcome: { code: 'agent.out-of-budget' } });
      expect(task.outcome!.message).toContain('10 seconds, in the middle of a model call');
      expect(stage.truth().pull(task.pullRequest!).draft).toBe(true);
      expect(await stage.model.requests[1]!.ended).toBe('closed');
    },
  );

  story(
    'of time is cut off in the middle of a command',
    { script: [turn(bash('sleep 300')), LOOK], settings: { AGENT_MAX_WALL_SECONDS: '10' } },
    async (stage) => {
      await expectNothingMade(stage, await labelled(stage), 'agent.out-of-budget', 'of 10 seconds');
      expect(stage.model.requests).toHaveLength(1);
    },
  );

  story(
    'that its repository set, which is lower than the operator’s, is held to that',
    {
      files: { 'README.md': '# duration\n\nTurns seconds into words.\n', '.signalbox.yml': 'limits:\n  turns: 1\n' },
      script: [LOOK, LOOK],
    },
    async (stage) => {
      await expectNothingMade(stage, await labelled(stage), 'agent.out-of-budget', 'model calls: 1 of 1');
    },
  );

  story(
    'in a repository that asks for more than the operator allows gets what is allowed',
    {
      files: { 'README.md': '# duration\n', '.signalbox.yml': 'limits:\n  turns: 500\n' },
      script: [LOOK, LOOK, LOOK],
      settings: { AGENT_MAX_TURNS: '2' },
    },
    async (stage) => {
      await expectNothingMade(stage, await labelled(stage), 'agent.out-of-budget', 'model calls: 2 of 2');
    },
  );

  story(
    'after a red round leaves the last state as a draft',
    { script: [...MISS, LOOK, LOOK], settings: { AGENT_MAX_TURNS: '3' } },
    async (stage) => {
      const task = await labelled(stage);
      expect(task).toMatchObject({ state: 'failed', outcome: { code: 'agent.out-of-budget' } });
      expect(stage.truth().pull(task.pullRequest!)).toMatchObject({ draft: true, commits: 1 });
    },
  );

  story(
    'or gives up, or goes round in circles, ends too',
    {
      script: [
        { when: 'circles', turns: Array.from({ length: 12 }, () => LOOK) },
        { turns: [{ text: 'I wonder.' }, { text: 'I still wonder.' }, { text: 'And wonder.' }] },
      ],
    },
    async (stage) => {
      await expectNothingMade(stage, await labelled(stage), 'agent.gave-up', 'without submitting anything');
      const issue = await stage.openIssue('Go round in circles');
      await stage.ada.label(REPOSITORY, issue, 'agent:worker');
      await expectNothingMade(stage, await stage.ended(issue), 'agent.stuck', 'the same call 8 times in a row');
    },
  );
});

describe('the money of a day', () => {
  story('that is not there starts no agent', { script: MEND, settings: { REPOSITORY_DAILY_COST_USD: '0' } }, async (stage) => {
    await expectNothingMade(stage, await labelled(stage), 'limit.daily-cost', 'The money that may be spent in 24 hours is spent');
    expect(stage.model.requests).toEqual([]);
  });

  story(
    'that an earlier agent spent is gone for the next one',
    {
      script: [{ ...MEND[0]!, usage: { input: 100_000, output: 10 } }, MEND[1]!],
      settings: { DAILY_COST_USD: '0.2' },
    },
    async (stage) => {
      const first = await labelled(stage);
      const asked = stage.model.requests.length;
      const issue = await stage.openIssue('Another one');
      await stage.ada.label(REPOSITORY, issue, 'agent:worker');
      const second = await stage.ended(issue);
      expect(first.state).toBe('failed');
      expect(second).toMatchObject({ state: 'failed', outcome: { code: 'limit.daily-cost' } });
      expect(second.outcome!.nextStep).toContain('DAILY_COST_USD');
      expect(stage.model.requests).toHaveLength(asked);
    },
  );
});

describe('a workspace that grows over its limit', () => {
  const FILL = 'for n in $(seq 400); do head -c 1000000 /dev/zero > big-$n; done; sleep 300';
  story('by a command ends the agent, and is gone', { script: [turn(bash(FILL))], settings: { WORKSPACE_MAX_MB: '64' } }, async (stage) => {
    await expectNothingMade(stage, await labelled(stage), 'limit.disk', '64 are allowed');
  });

  const filling =
    "import { writeFileSync } from 'node:fs';\nimport test from 'node:test';\ntest('fills', async () => {\n  for (let n = 0; n < 200; n++) writeFileSync(`big-${n}`, Buffer.alloc(1_000_000));\n  await new Promise((resolve) => setTimeout(resolve, 300_000));\n});\n";
  story(
    'by a gate ends the agent, and is gone',
    { script: [turn(create('test/fill.test.js', filling)), submit('Fill the disk')], settings: { WORKSPACE_MAX_MB: '64' } },
    async (stage) => {
      await expectNothingMade(stage, await labelled(stage), 'limit.disk', '64 are allowed');
    },
  );
});

describe.skipIf(noDocker)('a sandbox', () => {
  /** Forks until it is refused, or far beyond what is allowed; then ends what it forked. */
  const bomb = [
    'my @forked; my $end = "all of them";',
    'for (1..2000) { my $p = fork(); if (!defined $p) { $end = "stopped at $_"; last } if (!$p) { sleep 60; exit } push @forked, $p }',
    'kill "KILL", @forked; print "$end\\n";',
  ].join(' ');
  const eater =
    'const kept = []; for (let n = 0; n < 64; n++) kept.push(Buffer.alloc(32 * 1024 * 1024, 1)); console.log("ate " + kept.length)';
  story(
    'contains a bomb of processes and an eater of memory, and the agent goes on',
    {
      docker: true,
      script: [turn(bash(`perl -e '${bomb}'`)), turn(bash(`node -e '${eater}'`)), ...MEND],
      settings: { SANDBOX_MAX_PROCESSES: '64', SANDBOX_DEFAULT_MEMORY_MB: '256' },
    },
    async (stage) => {
      const task = await labelled(stage);
      const told = stage.model.requests.map(lastWords);
      expect(told[1]).toMatch(/^stopped at \d{1,2}$/);
      expect(told[2]).toContain('[exit code 137]');
      expect(task.state).toBe('completed');
    },
  );
});
