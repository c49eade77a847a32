import type { GateCommand } from '../gate.ts';
import { commandFor } from './command.ts';
import type { KnownGate } from './known-tools.ts';
import { namedFiles } from './named-files.ts';
import type { PackageJson, Repository } from './repository.ts';

const NAMES: Readonly<Record<KnownGate, readonly string[]>> = {
  typecheck: ['typecheck', 'type-check', 'check-types', 'check:types', 'types:check', 'tsc'],
  lint: ['lint', 'lint:check', 'eslint'],
  test: ['test'],
  coverage: ['coverage', 'test:coverage', 'test:cov', 'test-coverage'],
};

/**
 * The command of a script in the base branch's package.json. The script's own text runs, not `npm run`, so that a
 * branch that edits its package.json changes nothing. Scripts that it calls by `npm run` are the base branch's too,
 * because the runner restores that part of package.json.
 */
export function findScript(gate: KnownGate, repository: Repository): GateCommand | null {
  const scripts = repository.packageJson?.scripts ?? {};
  const name = NAMES[gate].find((one) => Object.hasOwn(scripts, one) && isReal(scripts[one] ?? ''));
  if (name === undefined) return null;
  const command = commandFor(gate, scripts[name] ?? '', name === 'test' ? 'npm test' : `npm run ${name}`, repository.paths);
  const reached = reachable(name, scripts);
  return {
    ...command,
    line: withHooks(name, command.line, scripts),
    judgeFiles: [...(command.judgeFiles ?? []), ...reached.flatMap((one) => namedFiles(scripts[one] ?? '', repository.paths))],
  };
}

/** The text that `npm init` writes stands for having no tests. */
function isReal(script: string): boolean {
  return script.trim() !== '' && !/no test specified/.test(script);
}

/** `pretest`, `test`, `posttest`: each in a shell of its own, as npm does, and only while all goes well. */
function withHooks(name: string, line: string, scripts: PackageJson['scripts']): string {
  const before = scripts[`pre${name}`];
  const after = scripts[`post${name}`];
  if (before === undefined && after === undefined) return line;
  return [before, line, after].flatMap((part) => (part === undefined ? [] : [`( ${part}\n)`])).join(' && ');
}

/** The names of the scripts that a script runs, by whatever runner: every word that is one is taken for one. */
function reachable(name: string, scripts: PackageJson['scripts']): string[] {
  const seen = new Set([name, `pre${name}`, `post${name}`]);
  for (const one of seen) {
    for (const word of (scripts[one] ?? '').split(/[\s"';&|()]+/)) {
      if (Object.hasOwn(scripts, word)) for (const each of [word, `pre${word}`, `post${word}`]) seen.add(each);
    }
  }
  return [...seen].filter((one) => Object.hasOwn(scripts, one));
}
