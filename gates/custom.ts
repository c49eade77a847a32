import type { RepositorySettings } from '../src/domain/repository-settings.ts';
import { overrideCommand, overrideOf } from './discovery/override.ts';
import type { BaseFiles, Gate, GateCommand } from './gate.ts';
import { judgeAnything } from './judge.ts';

/** A gate of the repository's own, from `gates.<name>` in its `.signalbox.yml`. */
export function customGate(name: string): Gate {
  return {
    name,
    title: name,
    missing: `no gates.${name} in .signalbox.yml`,
    find: (base, settings) => find(name, base, settings),
    read: judgeAnything,
  };
}

async function find(name: string, base: BaseFiles, settings: RepositorySettings): Promise<GateCommand | null> {
  const override = overrideOf(settings, name);
  return override === null ? null : overrideCommand(null, name, override, new Set(await base.list()));
}
