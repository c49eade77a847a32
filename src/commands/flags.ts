/**
 * Reads `--flag value` and `--flag=value` out of a command's words. Only the flags named in `known` count as flags; the
 * other words keep their order.
 */
export function readFlags<Name extends string>(
  args: readonly string[],
  known: readonly Name[],
): { flags: Partial<Record<Name, string>>; words: string[] } | { problem: string } {
  const flags: Partial<Record<Name, string>> = {};
  const words: string[] = [];
  for (let index = 0; index < args.length; index++) {
    const [, dashed, inline] = /^--([a-z-]+)(?:=(.*))?$/.exec(args[index]!) ?? [];
    if (dashed === undefined) {
      words.push(args[index]!);
      continue;
    }
    const name = known.find((candidate) => candidate === dashed);
    if (!name)
      return {
        problem: `\`--${dashed}\` is not an option here; there ${known.length === 1 ? 'is' : 'are'} ${known.map((flag) => `\`--${flag}\``).join(', ')}.`,
      };
    const value = inline ?? args[++index];
    if (value === undefined || value === '') return { problem: `\`--${name}\` needs a value.` };
    flags[name] = value;
  }
  return { flags, words };
}
