import { Argument, Command } from 'commander';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** Scripts that tell a shell the words of all commands; made from the commands themselves. */
export function completionCommand(program: () => Command): Command {
  return new Command('completion')
    .description('prints a script with which a shell completes commands and options')
    .addArgument(new Argument('<shell>', 'bash: `source <(signalbox completion bash)`').choices(SHELLS))
    .action((shell: (typeof SHELLS)[number]) => console.log(SCRIPTS[shell](program())));
}

const SCRIPTS: Readonly<Record<(typeof SHELLS)[number], (program: Command) => string>> = {
  bash: bashScript,
  zsh: (program) => `autoload -U +X bashcompinit && bashcompinit\n${bashScript(program)}`,
  fish: fishScript,
};

function bashScript(program: Command): string {
  const cases = program.commands.flatMap((command) => [
    ...command.commands.map((inner) => `    "${command.name()} ${inner.name()}") words="${optionsOf(inner).join(' ')}" ;;`),
    `    "${command.name()} "*) words="${[...namesIn(command), ...optionsOf(command)].join(' ')}" ;;`,
  ]);
  return [
    '_signalbox() {',
    '  local words',
    '  case "${COMP_WORDS[1]} ${COMP_WORDS[2]}" in',
    ...cases,
    '  esac',
    `  [ "$COMP_CWORD" -eq 1 ] && words="${namesIn(program).join(' ')}"`,
    '  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))',
    '}',
    'complete -F _signalbox signalbox',
  ].join('\n');
}

function fishScript(program: Command): string {
  const line = (condition: string, what: string, text: string) =>
    `complete -c signalbox -f -n '${condition}' ${what} -d '${text.replace(/[\\']/g, '\\$&')}'`;
  const options = (command: Command, condition: string) =>
    command.options.map(({ long, description }) => line(condition, `-l ${long!.replace(/^--/, '')}`, description));
  return program.commands
    .flatMap((command) => [
      line('__fish_use_subcommand', `-a ${command.name()}`, command.description()),
      ...command.commands.flatMap((inner) => [
        line(`__fish_seen_subcommand_from ${command.name()}`, `-a ${inner.name()}`, inner.description()),
        ...options(inner, `__fish_seen_subcommand_from ${command.name()}; and __fish_seen_subcommand_from ${inner.name()}`),
      ]),
      ...options(command, `__fish_seen_subcommand_from ${command.name()}`),
    ])
    .join('\n');
}

function namesIn(command: Command): string[] {
  return command.commands.map((inner) => inner.name());
}

function optionsOf(command: Command): string[] {
  return command.options.flatMap(({ long }) => long ?? []);
}
