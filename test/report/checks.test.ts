import { describe, expect, test } from 'vitest';
import { GATE_STATES } from '../../src/domain/finding.ts';
import { TASK_STATES } from '../../src/domain/task.ts';
import { checksOf, renderPullRequest } from '../../src/report/checks.ts';
import { agent, gate, LINKS, task, view } from './view.ts';

const SHA = 'f'.repeat(40);
const running = task({ state: 'running', headSha: SHA, pullRequest: 8 });
const over = task({
  state: 'completed',
  headSha: SHA,
  pullRequest: 8,
  outcome: { code: 'published', message: 'The work is in pull request #8.', nextStep: null },
});

function checkOf(state: (typeof GATE_STATES)[number], of = running) {
  const [check] = checksOf(view({ task: of, gates: [gate('test', state, { summary: 'as the tool says', command: 'npm test' })] }), LINKS);
  return check!;
}

describe('a gate as a check', () => {
  test.each([
    ['queued', 'queued', null],
    ['running', 'in-progress', null],
    ['passed', 'completed', 'success'],
    ['failed', 'completed', 'failure'],
    ['not-found', 'completed', 'neutral'],
    ['timed-out', 'completed', 'timed-out'],
    ['error', 'completed', 'failure'],
    ['cancelled', 'completed', 'cancelled'],
  ] as const)('%s', (state, status, conclusion) => {
    expect(checkOf(state)).toMatchObject({ name: 'signalbox/test', sha: SHA, externalId: running.id, status, conclusion });
  });

  test('is settled once the task is over, and never as a success that nobody has seen', () => {
    for (const state of ['completed', 'failed', 'killed'] as const) {
      const ended = { ...over, state };
      for (const at of GATE_STATES) expect(checkOf(at, ended).status, `${state}, ${at}`).toBe('completed');
      expect(checkOf('running', ended)).toMatchObject({ conclusion: 'cancelled', title: 'Not run' });
    }
    expect(GATE_STATES.filter((state) => checkOf(state, over).conclusion === 'success')).toEqual(['passed']);
  });

  test('says what was run, shows the end of the log, and carries the findings', () => {
    const finding = { severity: 'error', path: 'a.ts', line: 1, endLine: null, rule: 'x', message: 'no' } as const;
    const failed = gate('lint', 'failed', {
      summary: 'one @error',
      command: 'npm run `lint`',
      log: `${'x'.repeat(40_000)}\n\`\`\`\nend`,
      findings: [finding],
    });
    const [check] = checksOf(view({ task: running, gates: [failed] }), LINKS);
    expect(check).toMatchObject({ title: 'one @error', summary: 'one @\u2060error\n\nRan `npm run ´lint´`.', annotations: [finding] });
    expect(check!.text!.startsWith('````text\nxxx')).toBe(true);
    expect(check!.text!.endsWith('\nend\n````')).toBe(true);
    expect(check!.text!.length).toBeLessThan(31_000);
  });

  test('without a command or a summary says so', () => {
    const [check] = checksOf(view({ task: running, gates: [gate('test', 'not-found')] }), LINKS);
    expect(check).toMatchObject({ title: 'not found', summary: 'Nothing was run.', text: null });
  });
});

describe('the agent as a check', () => {
  test.each(TASK_STATES.map((state) => [state]))('of a task that is %s', (state) => {
    const check = checksOf(view({ task: { ...over, state }, agent: agent() }), LINKS).at(-1)!;
    const ended = { completed: 'success', failed: 'failure', killed: 'cancelled', pending: null, dispatched: null, running: null }[state];
    expect(check).toMatchObject({ name: 'signalbox/agent', conclusion: ended, status: ended === null ? 'in-progress' : 'completed' });
    expect(check.detailsUrl).toBe(LINKS.agent(agent().id));
  });

  test('is none where the gates alone were run', () => {
    const checks = checksOf(view({ task: { ...running, purpose: 'gates' }, gates: [gate('test', 'running')] }), LINKS);
    expect(checks.map(({ name }) => name)).toEqual(['signalbox/test']);
  });
});

test('without a commit on the forge there is nothing to check', () => {
  expect(checksOf(view({ task: task({ state: 'running' }), gates: [gate('test', 'running')] }), LINKS)).toEqual([]);
});

describe('the text of the pull request', () => {
  const wish = {
    closes: 7,
    summary: 'Mended.',
    gates: [gate('test', 'passed', { summary: '2 tests passed' })],
    requestedBy: 'ada',
    transcript: 'https://bot.example/agents/1',
  };

  test('closes the issue, says what was done, and how it was judged', () => {
    expect(renderPullRequest(wish)).toMatchInlineSnapshot(`
      "Closes #7

      Mended.

      ### Gates: 1 passed

      | | gate | result | | time |
      |---|---|---|---|---|
      | ✅ | test | passed | 2 tests passed |  |

      <sub>Made by an agent of Signalbox, asked for by \`ada\`. [Transcript](https://bot.example/agents/1). Request changes in a review, or comment \`/agent run\`, and it goes on with this branch.</sub>"
    `);
  });

  test('closes nothing where no issue was asked about, whatever the agent says', () => {
    const text = renderPullRequest({ ...wish, closes: null, summary: 'Closes #1, fixes GH-2. Thanks @ada. <!-- `@bob` \n```\nopen' });
    expect(text).not.toMatch(/#\d|GH-\d|@ada|<!--/);
    expect(text).toMatch(/```\nopen\n```\n\n### Gates: 1 passed\n/);
  });

  test('without a gate says that nobody judged it', () => {
    expect(renderPullRequest({ ...wish, gates: [] })).toContain('### Gates: 0 passed\n\nNo gate judged this.');
  });
});
