import { describe, expect } from 'vitest';
import { signalboxCommand } from '../support/signalbox-command.ts';
import { bash, MEND, MISS, submit, turn } from './scripts.ts';
import { REPOSITORY, story, type Stage } from './stage.ts';

const command = ({ signalbox, dataDir }: Stage, ...args: string[]) =>
  signalboxCommand(args, { cwd: dataDir, env: { DATA_DIR: dataDir, ORCHESTRATOR_PORT: new URL(signalbox.url!).port } });

const addressOf = ({ github }: Stage, issue: number) => `${github.url}/${REPOSITORY}/issues/${issue}`;

describe('signalbox run', () => {
  const script = [{ turns: [turn(bash('echo looking around')), ...MEND] }];
  story('shows what the agent does until it ends', { script }, async (stage) => {
    const issue = await stage.openIssue('duration(119) says 2 minutes');
    const { code, stdout, stderr } = await command(stage, 'run', addressOf(stage, issue), 'Cut,', 'do not round.', '--follow').done;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const task = await stage.ended(issue);
    expect(task.instruction).toBe('Cut, do not round.');
    const told = [
      'pending',
      '── Task',
      'duration(119) says 2 minutes',
      '── bash',
      'echo looking around',
      'looking around',
      '── submit',
      'completed',
    ];
    let from = 0;
    for (const words of told) {
      from = stdout.indexOf(words, from);
      expect(from, `${words} in\n${stdout}`).toBeGreaterThanOrEqual(0);
    }
    expect(stdout).toContain(`pull request #${task.pullRequest}`);

    const logs = await command(stage, 'logs', task.id, '--json').done;
    const steps = logs.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { index: number; step: { kind: string } });
    expect(steps.map(({ index }) => index)).toEqual(steps.map((_, index) => index));
    expect(steps.map(({ step }) => step.kind)).toEqual(['opening', 'turn', 'tool-result', 'turn', 'tool-result', 'turn']);
  });

  story(
    'that ends red is exit code 1, and is retried from there',
    { script: [{ turns: MISS }, { turns: MEND }], settings: { AGENT_GATE_ROUNDS: '0' } },
    async (stage) => {
      const issue = await stage.openIssue('duration(119) says 2 minutes');
      const run = await command(stage, 'run', addressOf(stage, issue), '-f').done;
      expect(run.code).toBe(1);
      const first = await stage.ended(issue);
      const retry = await command(stage, 'retry', first.id, 'Mind', 'the tests.', '--json').done;
      expect({ code: retry.code, task: JSON.parse(retry.stdout) as unknown }).toMatchObject({
        code: 0,
        task: { continues: first.id, instruction: 'Mind the tests.', branch: first.branch },
      });
      expect(await stage.ended(issue, 2)).toMatchObject({ continues: first.id });
    },
  );

  story('says what is not there', { script: [submit('x')] }, async (stage) => {
    const { code, stderr } = await command(stage, 'run', addressOf(stage, 77)).done;
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`There is no issue or pull request 77 in ${REPOSITORY}`) });
    const elsewhere = await command(stage, 'run', 'https://git.example/a/b/issues/1').done;
    expect(elsewhere).toMatchObject({ code: 1, stderr: expect.stringContaining('No forge that is configured here has') });
  });
});
