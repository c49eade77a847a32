import type { RepositorySettings } from '../../src/domain/repository-settings.ts';
import type { BaseFiles, GateCommand } from '../gate.ts';
import { findGo } from './go.ts';
import { findJavaScript } from './javascript.ts';
import type { KnownGate } from './known-tools.ts';
import { findMakeTarget } from './makefile.ts';
import { overrideCommand, overrideOf } from './override.ts';
import { findPython } from './python.ts';
import { readRepository } from './repository.ts';
import type { Repository } from './repository.ts';
import { findRust } from './rust.ts';

type Finder = (gate: KnownGate, repository: Repository) => Promise<GateCommand | null> | GateCommand | null;

/** The first that knows a command gives it. A repository in several languages says in `.signalbox.yml` what to run. */
const FINDERS: readonly Finder[] = [findJavaScript, findPython, findGo, findRust, findMakeTarget];

export async function findCommand(gate: KnownGate, base: BaseFiles, settings: RepositorySettings): Promise<GateCommand | null> {
  const repository = await readRepository(base);
  const override = overrideOf(settings, gate);
  if (override !== null) return overrideCommand(gate, gate, override, repository.paths);
  for (const find of FINDERS) {
    const command = await find(gate, repository);
    if (command !== null) return command;
  }
  return null;
}
