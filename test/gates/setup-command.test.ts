import { expect, test } from 'vitest';
import { findSetup } from '../../gates/setup-command.ts';
import { RepositorySettings } from '../../src/domain/repository-settings.ts';
import { baseFiles } from './base-files.ts';

const PKG = { 'package.json': '{}' };
const VENV = 'python3 -m venv .venv && .venv/bin/pip install';

function find(files: Readonly<Record<string, string>>, settings: object = {}): ReturnType<typeof findSetup> {
  return findSetup(baseFiles(files), RepositorySettings.parse(settings));
}

test.each<[string, Record<string, string>, string | null]>([
  ['nothing', {}, null],
  ['package-lock.json', { ...PKG, 'package-lock.json': '{"packages":{"":{},"node_modules/a":{}}}' }, 'npm ci'],
  ['an old package-lock.json', { ...PKG, 'package-lock.json': '{"dependencies":{"a":{}}}' }, 'npm ci'],
  ['a lock file that cannot be read', { ...PKG, 'package-lock.json': 'x' }, 'npm ci'],
  ['a lock file without a package', { ...PKG, 'package-lock.json': '{"packages":{"":{}}}' }, null],
  ['npm-shrinkwrap.json', { ...PKG, 'npm-shrinkwrap.json': '{"packages":{"node_modules/a":{}}}' }, 'npm ci'],
  ['dependencies without a lock file', { 'package.json': '{"devDependencies":{"a":"1"}}' }, 'npm install'],
  ['package.json without either', PKG, null],
  ['pnpm', { ...PKG, 'pnpm-lock.yaml': '' }, 'pnpm install --frozen-lockfile'],
  ['the first Yarn', { ...PKG, 'yarn.lock': '# yarn lockfile v1\n' }, 'yarn install --frozen-lockfile'],
  ['a later Yarn', { ...PKG, 'yarn.lock': '__metadata:\n  version: 8\n' }, 'yarn install --immutable'],
  ['uv', { 'uv.lock': '', 'pyproject.toml': '[project]\n' }, 'uv sync --frozen'],
  ['requirements', { 'requirements.txt': 'a\n', 'requirements-dev.txt': 'b\n' }, `${VENV} -r requirements.txt -r requirements-dev.txt`],
  ['a Python project', { 'pyproject.toml': '[project]\nname = "a"\n' }, `${VENV} -e .`],
  [
    'one with extras',
    { 'pyproject.toml': '[project]\n[project.optional-dependencies]\ndocs = []\ntest = []\ndev = []\n' },
    `${VENV} -e '.[dev,test]'`,
  ],
  ['settings of Python tools alone', { 'pyproject.toml': '[tool.ruff]\n' }, null],
  ['a go.sum', { 'go.mod': '', 'go.sum': '' }, 'go mod download'],
  ['a go.mod without requirements', { 'go.mod': '' }, null],
  ['a Cargo.lock', { 'Cargo.lock': '[[package]]\nname = "a"\nsource = "registry"\n' }, 'cargo fetch --locked'],
  ['a Cargo.lock of the crate alone', { 'Cargo.lock': '[[package]]\nname = "a"\n' }, null],
  ['two languages', { ...PKG, 'pnpm-lock.yaml': '', 'go.sum': '' }, 'pnpm install --frozen-lockfile && go mod download'],
])('%s', async (_, files, shown) => {
  expect((await find(files))?.shown ?? null).toBe(shown);
});

test('what the repository sets wins over its lock file, false too', async () => {
  const files = { ...PKG, 'pnpm-lock.yaml': '' };
  expect(await find(files, { setup: 'make deps' })).toEqual({ line: 'make deps', shown: 'make deps' });
  expect(await find(files, { setup: false })).toBeNull();
});

test('two lines are run each in a shell of its own, and the second only after the first', async () => {
  const setup = await find({ 'go.sum': '', 'uv.lock': '' });
  expect(setup?.line).toBe('( uv sync --frozen\n) && ( go mod download\n)');
});
