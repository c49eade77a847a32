import type { RepositorySettings } from '../src/domain/repository-settings.ts';
import type { GateProfile } from '../src/domain/task.ts';
import { customGate } from './custom.ts';
import { overrideOf } from './discovery/override.ts';
import type { Gate } from './gate.ts';
import { GATES } from './registry.ts';

/** A gate as one profile wants it. */
export interface ResolvedGate {
  readonly gate: Gate;
  /** Whether a red result makes the pull request a draft. */
  readonly required: boolean;
  /** A gate that the repository does not have is `failed` then, not `not-found`. */
  readonly mustExist: boolean;
  /** Warnings count as errors. */
  readonly warningsFail: boolean;
  /** Milliseconds; null: the operator's limit. */
  readonly timeoutMs: number | null;
}

/**
 * `minimal`: the tests. `standard`: type check, lint, tests and coverage; one that the repository does not have is said
 * to be not found, and is neither green nor red. `strict`: as `standard`, but a missing type check, lint or test is
 * red, because a strict repository means to have them (coverage may be missing: not every language measures it), and
 * lint warnings are red. `custom`: exactly what `.signalbox.yml` lists, in its order; an empty list judges nothing,
 * and the caller must say so.
 */
const PROFILES: Readonly<Record<Exclude<GateProfile, 'custom'>, readonly string[]>> = {
  minimal: ['test'],
  standard: ['typecheck', 'lint', 'test', 'coverage'],
  strict: ['typecheck', 'lint', 'test', 'coverage'],
};

const STRICT_MUST_EXIST: ReadonlySet<string> = new Set(['typecheck', 'lint', 'test']);
const STRICT_WARNINGS_FAIL: ReadonlySet<string> = new Set(['lint']);

export function resolveProfile(profile: GateProfile, settings: RepositorySettings): readonly ResolvedGate[] {
  const names = profile === 'custom' ? Object.keys(settings.gates) : PROFILES[profile];
  const strict = profile === 'strict';
  return names.map((name) => {
    const override = overrideOf(settings, name);
    return {
      gate: GATES.find((gate) => gate.name === name) ?? customGate(name),
      required: override?.required ?? true,
      mustExist: strict && STRICT_MUST_EXIST.has(name),
      warningsFail: strict && STRICT_WARNINGS_FAIL.has(name),
      timeoutMs: override?.timeoutSeconds ? override.timeoutSeconds * 1000 : null,
    };
  });
}
