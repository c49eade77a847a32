import { describe, expect, test } from 'vitest';
import { renderStatus } from '../../src/report/status-text.ts';
import { agent, gate, LINKS, NOBODY, task, view } from './view.ts';

const USED = { turns: 4, inputTokens: 1000, outputTokens: 200, cacheReadTokens: 8000, cacheWriteTokens: 34, costUsd: 0.125 };
const GATES = [
  gate('typecheck', 'not-found', { summary: 'no tool' }),
  gate('test', 'passed', { summary: '41 tests passed', durationMs: 12_345 }),
];
const PLACE = { branch: 'agent/7-x', pullRequest: 8, headSha: 'f'.repeat(40) };

describe('the status comment', () => {
  test('of a task that waits', () => {
    expect(renderStatus(view(), LINKS)).toMatchInlineSnapshot(`
      "⏳ **Waiting** for a free worker.

      <sub>asked for by \`ada\` · \`/agent kill\` stops it</sub>"
    `);
    expect(renderStatus(view({ task: task({ state: 'dispatched' }) }), LINKS)).toBe(renderStatus(view(), LINKS));
  });

  test('of an agent at work', () => {
    expect(
      renderStatus(
        view({ task: task({ state: 'running', branch: 'agent/7-x' }), agent: agent({ step: 'running the gates', usage: USED }) }),
        LINKS,
      ),
    ).toMatchInlineSnapshot(`
      "🔄 **At work.** The agent: running the gates.

      <sub>asked for by \`ada\` · branch \`agent/7-x\` · 4 turns · 9,234 tokens · $0.13 · [transcript](https://bot.example/agents/22222222-2222-4222-8222-222222222222) · \`/agent kill\` stops it</sub>"
    `);
  });

  test('of one that was asked to stop', () => {
    const kill = { actor: 'bob', route: 'comment', reason: 'wrong issue @ada' };
    expect(renderStatus(view({ task: task({ state: 'running' }), agent: agent(), stopping: { ...NOBODY, kill } }))).toMatchInlineSnapshot(`
      "⏹️ **Stop requested** by \`bob\` (wrong issue @⁠ada), not yet confirmed.

      <sub>asked for by \`ada\` · \`/agent kill\` stops it</sub>"
    `);
  });

  test('of one that is done', () => {
    const outcome = { code: 'published', message: 'The work is in pull request #8, and its gate passed.', nextStep: 'Review #8.' };
    expect(
      renderStatus(
        view({ task: task({ state: 'completed', outcome, ...PLACE }), agent: agent({ state: 'completed', usage: USED }), gates: GATES }),
        LINKS,
      ),
    ).toMatchInlineSnapshot(`
      "✅ **Done.** The work is in pull request #8, and its gate passed.

      **Next:** Review #8.

      | | gate | result | | time |
      |---|---|---|---|---|
      | ⚪ | typecheck | not found | no tool |  |
      | ✅ | test | passed | 41 tests passed | 12 s |

      <sub>asked for by \`ada\` · pull request #8 · branch \`agent/7-x\` · 4 turns · 9,234 tokens · $0.13 · [transcript](https://bot.example/agents/22222222-2222-4222-8222-222222222222) · \`/agent retry\`, \`/agent help\`</sub>"
    `);
  });

  test('of one that failed, on the pull request itself', () => {
    const outcome = { code: 'gates.red', message: 'test is red.', nextStep: 'See the checks.' };
    expect(
      renderStatus(
        view({
          task: task({ state: 'failed', outcome, ...PLACE, askedOn: 8 }),
          gates: [gate('test', 'failed', { summary: '2 of 41 tests failed' })],
        }),
      ),
    ).toMatchInlineSnapshot(`
      "❌ **Failed.** test is red.

      **Next:** See the checks.

      | | gate | result | | time |
      |---|---|---|---|---|
      | ❌ | test | failed | 2 of 41 tests failed |  |

      <sub>asked for by \`ada\` · branch \`agent/7-x\` · \`/agent retry\`, \`/agent help\`</sub>"
    `);
  });

  test('of one that was stopped', () => {
    const outcome = { code: 'killed', message: 'Stopped by bob (wrong issue).', nextStep: null };
    expect(renderStatus(view({ task: task({ state: 'killed', outcome }) }))).toMatchInlineSnapshot(`
      "⏹️ **Stopped.** Stopped by bob (wrong issue).

      <sub>asked for by \`ada\` · \`/agent retry\`, \`/agent help\`</sub>"
    `);
  });

  test('of the gates alone', () => {
    const text = renderStatus(view({ task: task({ state: 'running', purpose: 'gates' }), agent: agent({ step: 'running the gates' }) }));
    expect(text).toContain('🔄 **At work.** The gates: running the gates.');
  });

  test('is the same for the same view', () => {
    expect(renderStatus(view({ gates: GATES }), LINKS)).toBe(renderStatus(view({ gates: GATES }), LINKS));
  });
});

describe('what an agent says in a status comment', () => {
  const saying = (message: string) =>
    renderStatus(view({ task: task({ state: 'failed', outcome: { code: 'no-change', message, nextStep: 'Go on.' } }), gates: GATES }));

  test.each([
    ['opens no block of code that swallows the gates', 'I say:\n\n```\nnothing'],
    ['opens no comment that hides the gates', 'I say: <!--'],
    ['makes no table, heading or list of its own', 'I say:\n\n| gate | result |\n|---|---|\n| test | passed |\n\n# All green'],
  ])('%s', (_name, message) => {
    const lines = saying(message).split('\n');
    expect(lines[0]).toMatch(/^❌ \*\*Failed\.\*\* I say: /);
    expect(lines[0]).not.toContain('<!--');
    expect(lines.slice(1, 5)).toEqual(['', '**Next:** Go on.', '', '| | gate | result | | time |']);
  });

  test('calls nobody, also from code that is none in our line', () => {
    expect(saying('```js\n@ada `x\n\n@bob\n```')).not.toMatch(/Failed\.\*\* .*(?<!`[^`]*)@bob/);
    expect(saying('thanks @ada')).not.toContain('@ada');
  });

  test('cannot be a login that is none', () => {
    expect(renderStatus(view({ task: task({ requestedBy: { login: 'a`@eve\n#', id: 2 } }) }))).toContain('asked for by `aeve`');
  });
});
