const INTERPRETER = /^(bash|sh|zsh|node|tsx|ts-node|python|python3|ruby|perl)$/;
const CONFIG_FLAG = /^(-c|-p|--config|--project|--tsconfig|--rcfile|--config-file)$/;
/** With one of these an interpreter judges the file it is given, or runs something else. */
const HANDED_OVER = /^(--test|--check|-c|-m|-e|-p)$/;
const TESTISH = /(^|\/)(tests?|__tests__|spec)(\/|\.\w+$)|[._-](test|spec)\.\w+$|(^|\/)test_[^/]*\.py$/;

/**
 * Files of the base branch that a command line runs or is configured by, as `./path`: `bash scripts/lint.sh`,
 * `./check`, `tsc -p tsconfig.build.json`. They judge as much as a configuration does. Tests, and files that are only
 * handed to a tool, are the work that is judged and stay as the branch has them.
 */
export function namedFiles(line: string, paths: ReadonlySet<string>): readonly string[] {
  const found = new Set<string>();
  for (const segment of line.split(/[;&|()\n]+/)) {
    for (const word of judges(segment.trim().split(/[\s"']+/))) {
      const path = word.replace(/^\.\//, '');
      if (paths.has(path) && !TESTISH.test(path)) found.add(`./${path}`);
    }
  }
  return [...found];
}

function judges(words: readonly string[]): string[] {
  const start = words.findIndex((word) => !/^[A-Za-z_]\w*=/.test(word) && !/^(cross-env|npx|exec|env)$/.test(word));
  const program = words[start] ?? '';
  const found = [program];
  if (INTERPRETER.test(program) && !words.some((word) => HANDED_OVER.test(word)))
    found.push(words.slice(start + 1).find((word) => !word.startsWith('-')) ?? '');
  for (const [at, word] of words.entries()) {
    if (CONFIG_FLAG.test(word)) found.push(words[at + 1] ?? '');
    const [flag = '', value] = word.split('=', 2);
    if (value !== undefined && CONFIG_FLAG.test(flag)) found.push(value);
  }
  return found.filter((word) => word !== '');
}
