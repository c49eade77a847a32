import { findCommand } from './discovery/find-command.ts';
import type { Gate } from './gate.ts';
import { judgeTests } from './judge.ts';

export const test: Gate = {
  name: 'test',
  title: 'Tests',
  missing: 'no test script, known test runner, Python tests, go.mod, Cargo.toml or make target',
  find: (base, settings) => findCommand('test', base, settings),
  read: judgeTests,
};
