import { describe, expect, test } from 'vitest';
import { resolveProfile } from '../../gates/profiles.ts';
import type { GateProfile } from '../../src/domain/task.ts';
import { RepositorySettings } from '../../src/domain/repository-settings.ts';

/** `name` with `!` required, `?` must exist, `w` warnings fail. */
function shown(profile: GateProfile, settings: object = {}): string[] {
  return resolveProfile(profile, RepositorySettings.parse(settings)).map(
    ({ gate, required, mustExist, warningsFail }) => `${gate.name}${required ? '!' : ''}${mustExist ? '?' : ''}${warningsFail ? 'w' : ''}`,
  );
}

describe('a profile is an ordered list of gates', () => {
  test.each<[GateProfile, string[]]>([
    ['minimal', ['test!']],
    ['standard', ['typecheck!', 'lint!', 'test!', 'coverage!']],
    ['strict', ['typecheck!?', 'lint!?w', 'test!?', 'coverage!']],
    ['custom', []],
  ])('%s', (profile, gates) => {
    expect(shown(profile)).toEqual(gates);
  });

  test('custom is exactly what the repository lists, in its order', () => {
    const gates = { docs: 'make docs', test: { run: 'make test', required: false }, lint: 'make lint' };
    expect(shown('custom', { gates })).toEqual(['docs!', 'test', 'lint!']);
  });

  test('a gate that the repository made optional is optional in every profile, and its own gates do not join them', () => {
    const gates = { docs: 'make docs', coverage: { run: 'make cov', required: false, timeoutSeconds: 90 } };
    expect(shown('standard', { gates })).toEqual(['typecheck!', 'lint!', 'test!', 'coverage']);
    expect(resolveProfile('standard', RepositorySettings.parse({ gates })).at(-1)?.timeoutMs).toBe(90_000);
  });
});
