import { posix } from 'node:path';
import { z } from 'zod';
import { MAX_RESULT, REPOSITORY_FOLDER, type ToolContext, type ToolResult, defineTool, refusal } from '../tool.ts';

const TIMEOUT_MS = 120_000;
const RESTART_TIMEOUT_MS = 10_000;

/**
 * Where the working directory and the exported variables wait for the next command: beside the repository, not in it.
 * Each sandbox has its own, because a sandbox may put marks of its own into the environment.
 */
function stateFolder(sandbox: ToolContext['sandbox']): string {
  return posix.join(sandbox.root, '.agent-shell', sandbox.id);
}

/**
 * Arguments: state folder, repository, the command. A command that is killed by its timeout leaves the state as it was.
 * The variables SANDBOX_… are the sandbox's own, by which it finds a command's processes: they are never an earlier
 * command's. Nothing here is trusted by anyone: it is the agent's own shell in the agent's own sandbox.
 */
const SHELL = `
__state=$1 __repository=$2 __line=$3
set --
mkdir -p -- "$__state"
__marks=$(for __name in "\${!SANDBOX_@}"; do declare -p "$__name"; done)
if [ -f "$__state/environment" ]; then . "$__state/environment" 2>/dev/null; fi
eval "$__marks"
cd -- "$(cat -- "$__state/directory" 2>/dev/null)" 2>/dev/null || cd -- "$__repository" || exit 1
__keep() {
  local code=$?
  pwd > "$__state/directory"
  export -p > "$__state/environment"
  exit "$code"
}
trap __keep EXIT
eval "$__line" < /dev/null 2>&1
`;

export const bash = defineTool({
  name: 'bash',
  builtin: 'bash',
  description: `Runs a command with bash in the repository. The working directory and exported variables stay from one call to the next; shell functions, aliases and other variables do not. Nothing can be typed into a command. It is ended after ${TIMEOUT_MS / 1000} seconds; start what takes longer in the background with its output in a file ("nohup … > /tmp/log 2>&1 &") and look at the file later. "restart": true forgets the directory and the variables.`,
  input: z.strictObject({
    command: z.string().nullish().describe('The command line.'),
    restart: z.boolean().nullish().describe('Forget the working directory and the exported variables.'),
  }),
  describe: ({ command, restart }) => (restart ? 'restart' : (command ?? '').trim().split('\n')[0]!),
  async run({ command, restart }, context) {
    if (restart) return forget(context);
    if (command === undefined || command === null || command.trim() === '') return refusal('There is no command.');
    return execute(command, context);
  },
});

async function execute(command: string, { sandbox, maxMs, signal, onOutput }: ToolContext): Promise<ToolResult> {
  const state = stateFolder(sandbox);
  const repository = posix.join(sandbox.root, REPOSITORY_FOLDER);
  const timeoutMs = Math.min(TIMEOUT_MS, maxMs);
  const result = await sandbox.exec(
    {
      argv: ['bash', '-c', SHELL, 'bash', state, repository, command],
      cwd: REPOSITORY_FOLDER,
      timeoutMs,
      maxOutputBytes: MAX_RESULT,
      ...(onOutput ? { onOutput } : {}),
    },
    signal,
  );
  const output = result.output.trimEnd();
  if (result.timedOut)
    return refusal(
      joined(output, `[ended after ${Math.round(timeoutMs / 1000)} s: it took too long. Run what needs longer in the background.]`),
    );
  if (result.exitCode === 0) return { text: output === '' ? '(no output)' : output, isError: false };
  return { text: joined(output, `[exit code ${result.exitCode}]`), isError: false };
}

async function forget({ sandbox, signal }: ToolContext): Promise<ToolResult> {
  await sandbox.exec({ argv: ['rm', '-rf', '--', stateFolder(sandbox)], timeoutMs: RESTART_TIMEOUT_MS, maxOutputBytes: 1000 }, signal);
  return { text: 'The shell starts afresh in the repository.', isError: false };
}

function joined(output: string, last: string): string {
  return output === '' ? last : `${output}\n${last}`;
}
