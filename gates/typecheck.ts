import { findCommand } from './discovery/find-command.ts';
import type { Gate } from './gate.ts';
import { judgeProblems } from './judge.ts';

export const typecheck: Gate = {
  name: 'typecheck',
  title: 'Type check',
  missing: 'no typecheck script, tsconfig.json with TypeScript, mypy, pyright, go.mod, Cargo.toml or make target',
  find: (base, settings) => findCommand('typecheck', base, settings),
  read: judgeProblems,
};
