import { findCommand } from './discovery/find-command.ts';
import type { Gate } from './gate.ts';
import { judgeProblems } from './judge.ts';

export const lint: Gate = {
  name: 'lint',
  title: 'Lint',
  missing: 'no lint script, configured linter, go.mod, Cargo.toml or make target',
  find: (base, settings) => findCommand('lint', base, settings),
  read: judgeProblems,
};
