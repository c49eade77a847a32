import type { Command } from './command.ts';

/** The help is derived from the definitions of the other commands, so that it cannot be out of date. */
export function helpOf(others: readonly Command[]): Command {
  const help: Command = {
    name: 'help',
    usage: 'help',
    summary: 'Shows this.',
    permission: 'write',
    async run() {
      return { ok: true, reply: renderHelp([...others, help]) };
    },
  };
  return help;
}

export function renderHelp(commands: readonly Command[]): string {
  const rows = commands.map(
    (command) => `| \`/agent ${command.usage.replaceAll('|', '\\|')}\` | ${command.summary} | ${command.permission} |`,
  );
  return [
    'Write a command at the start of a line of a comment. The label `agent:worker` does the same as `/agent run worker`; taking it off stops the agent.',
    '',
    '| command | what it does | needs |',
    '|---|---|---|',
    ...rows,
  ].join('\n');
}
