import { parse } from 'smol-toml';
import { z } from 'zod';
import type { Repository } from '../discovery/repository.ts';
import type { SetupCommand } from './setup.ts';

const PyProject = z.object({
  project: z.object({ 'optional-dependencies': z.record(z.string(), z.unknown()).optional() }).optional(),
  'build-system': z.unknown().optional(),
});

/** Files of requirements by their usual names; the ones for development hold the tools of the gates. */
const REQUIREMENTS = [
  'requirements.txt',
  'requirements-dev.txt',
  'dev-requirements.txt',
  'requirements-test.txt',
  'requirements/dev.txt',
  'requirements/test.txt',
];
const EXTRAS = ['dev', 'test', 'tests', 'testing', 'lint', 'typing'];

/** Into `.venv`, which comes first in the PATH of the gates. */
export async function pythonSetup({ base, paths }: Repository): Promise<SetupCommand | null> {
  if (paths.has('uv.lock')) return { line: 'uv sync --frozen', shown: 'uv sync --frozen' };
  const wanted = REQUIREMENTS.filter((path) => paths.has(path)).map((path) => `-r ${path}`);
  const project = paths.has('pyproject.toml') ? projectArgument((await base.read('pyproject.toml')) ?? '') : null;
  if (project !== null) wanted.push(project);
  else if (wanted.length === 0 && paths.has('setup.py')) wanted.push('-e .');
  if (wanted.length === 0) return null;
  const install = `pip install ${wanted.join(' ')}`;
  const quiet = '--disable-pip-version-check';
  return { line: `python3 -m venv .venv && .venv/bin/${install} ${quiet}`, shown: `python3 -m venv .venv && .venv/bin/${install}` };
}

/** A pyproject.toml that only holds the settings of tools is nothing to install. */
function projectArgument(text: string): string | null {
  let document: unknown;
  try {
    document = parse(text);
  } catch {
    return null;
  }
  const parsed = PyProject.safeParse(document);
  if (!parsed.success || (parsed.data.project === undefined && parsed.data['build-system'] === undefined)) return null;
  const extras = EXTRAS.filter((name) => Object.hasOwn(parsed.data.project?.['optional-dependencies'] ?? {}, name));
  return extras.length === 0 ? '-e .' : `-e '.[${extras.join(',')}]'`;
}
