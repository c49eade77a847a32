import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Sandbox } from '../../../../src/sandbox/sandbox.ts';
import { bash } from '../../../../workers/agent/tools/bash.ts';
import { type AgentSandbox, openAgentSandbox } from '../../../support/model/agent-sandbox.ts';

let box: AgentSandbox;
beforeAll(async () => (box = await openAgentSandbox()));
afterAll(async () => box[Symbol.asyncDispose]());

function call(input: unknown, maxMs = 20_000) {
  return bash.call(input, { sandbox: box.sandbox, maxMs, signal: new AbortController().signal });
}

describe('the bash tool', () => {
  test('begins in the repository and gives output and errors in their order', async () => {
    expect(await call({ command: 'pwd; echo oops >&2; echo done' })).toEqual({
      text: `${box.sandbox.root}/repo\noops\ndone`,
      isError: false,
    });
  });

  test('keeps the working directory and exported variables from call to call', async () => {
    await call({ command: "mkdir -p 'a b' && cd 'a b' && export GREETING=$'two\\nlines \"quoted\"' && LOCAL=1" });
    expect((await call({ command: 'pwd; echo "$GREETING"; echo "[$LOCAL]"' })).text).toBe(
      `${box.sandbox.root}/repo/a b\ntwo\nlines "quoted"\n[]`,
    );
  });

  test('keeps them also when a command fails or exits', async () => {
    await call({ command: 'cd /; export KEPT=yes; exit 3' });
    expect((await call({ command: 'pwd; echo $KEPT' })).text).toBe('/\nyes');
  });

  test('goes back to the repository when the directory is gone', async () => {
    await call({ command: `cd ${box.repository} && mkdir gone && cd gone && rmdir ../gone` });
    expect((await call({ command: 'pwd' })).text).toBe(box.repository);
  });

  test("gives each command the sandbox's own marks, not those of the command before", async () => {
    let count = 0;
    const marking: Sandbox = {
      id: 'marking',
      root: box.sandbox.root,
      exec: (command, signal) => box.sandbox.exec({ ...command, env: { SANDBOX_MARK: `mark ${++count}` } }, signal),
      freeze: (signal) => box.sandbox.freeze(signal),
      [Symbol.asyncDispose]: async () => {},
    };
    const context = { sandbox: marking, maxMs: 20_000, signal: new AbortController().signal };
    await bash.call({ command: 'export OTHER=kept' }, context);
    const { text } = await bash.call({ command: 'bash -c \'echo "$SANDBOX_MARK, $OTHER"\'' }, context);
    expect(text).toBe('mark 2, kept');
  });

  test('starts afresh on restart', async () => {
    await call({ command: 'cd /tmp; export LEFT=over' });
    expect(await call({ restart: true })).toMatchObject({ isError: false });
    expect((await call({ command: 'pwd; echo "[$LEFT]"' })).text).toBe(`${box.repository}\n[]`);
  });

  test.each([
    ['a failing command', 'echo no; exit 7', 'no\n[exit code 7]'],
    ['a syntax error', 'if then', /syntax error[\s\S]*\[exit code \d\]/],
    ['a command without output', 'true', '(no output)'],
    ['a command that reads its input', 'cat', '(no output)'],
    ['a here document and quotes', "cat <<'X'\n$HOME \"it's\"\nX", '$HOME "it\'s"'],
    ['arguments of its own', 'echo "[$1] [$#]"', '[] [0]'],
  ])('gives the result of %s', async (_, command, text) => {
    const result = await call({ command });
    expect(result.isError).toBe(false);
    if (typeof text === 'string') expect(result.text).toBe(text);
    else expect(result.text).toMatch(text);
  });

  test('ends what takes longer than the agent has left, and says so', async () => {
    const result = await call({ command: 'echo begun; sleep 600' }, 500);
    expect(result).toMatchObject({ isError: true, text: expect.stringMatching(/^begun\n\[ended after/) });
  });

  test('bounds the output', async () => {
    expect((await call({ command: 'yes | head -c 200000' })).text.length).toBeLessThan(31_000);
  });

  test.each([[{}], [{ command: ' ' }], [{ command: 5 }], ['ls'], [{ command: 'ls', surprise: 1 }]])(
    'answers the input %j with an error',
    async (input) => {
      expect(await call(input)).toMatchObject({ isError: true });
    },
  );
});
