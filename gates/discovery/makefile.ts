import type { GateCommand } from '../gate.ts';
import { commandFor } from './command.ts';
import type { KnownGate } from './known-tools.ts';
import type { Repository } from './repository.ts';

const TARGETS: Readonly<Record<KnownGate, readonly string[]>> = {
  typecheck: ['typecheck', 'type-check'],
  lint: ['lint'],
  test: ['test', 'check'],
  coverage: ['coverage'],
};

/** A target of the base branch's Makefile; the runner restores the file itself before `make` reads it. */
export async function findMakeTarget(gate: KnownGate, repository: Repository): Promise<GateCommand | null> {
  const file = ['GNUmakefile', 'makefile', 'Makefile'].find((name) => repository.paths.has(name));
  const text = file === undefined ? null : await repository.base.read(file);
  if (text === null) return null;
  const target = TARGETS[gate].find((name) => new RegExp(`^${name}[ \\t]*:(?![:=])`, 'm').test(text));
  return target === undefined ? null : commandFor(gate, `make ${target}`, `make ${target}`, repository.paths);
}
