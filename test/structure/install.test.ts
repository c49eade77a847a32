import { execFileSync } from 'node:child_process';
import { delimiter } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockedPackages, packageFile, ROOT } from './project.ts';

const NODE = packageFile().devDependencies['node'];

describe('the pinned Node', () => {
  it('is an exact version', () => {
    expect(NODE).toMatch(/^24\.\d+\.\d+$/);
  });

  it('runs the tests', () => {
    expect(process.version).toBe(`v${NODE}`);
  });

  it('is what npm scripts find, whatever Node the machine has', () => {
    const outside = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
    const env = { ...process.env, PATH: outside.join(delimiter) };
    const version = execFileSync('npm', ['exec', '--offline', '--call', 'node --version'], { cwd: ROOT, env, encoding: 'utf8' });
    expect(version.trim()).toBe(`v${NODE}`);
  });
});

describe('the lock file', () => {
  const locked = lockedPackages();

  it('names no registry', () => {
    expect([...locked].filter(([, { resolved }]) => resolved !== undefined).map(([folder]) => folder)).toEqual([]);
  });

  it('has a checksum for every package', () => {
    expect([...locked].filter(([, { integrity }]) => !integrity).map(([folder]) => folder)).toEqual([]);
  });

  it('has the binaries for every platform, or `npm ci` refuses it', () => {
    const missing: string[] = [];
    for (const [folder, { optionalDependencies }] of locked) {
      for (const name of Object.keys(optionalDependencies ?? {})) if (!isLocked(folder, name)) missing.push(`${folder} → ${name}`);
    }
    expect(missing).toEqual([]);
  });

  it('has no install script that nobody decided on', () => {
    const { allowScripts } = packageFile();
    const names = new Set([...locked].filter(([, { hasInstallScript }]) => hasInstallScript).map(([folder]) => nameOf(folder)));
    expect([...names].filter((name) => !(name in allowScripts))).toEqual([]);
    expect(Object.keys(allowScripts).filter((name) => !names.has(name))).toEqual([]);
  });

  /** Whether `name`, required by the package in `folder`, is found in its own node_modules or in one further out. */
  function isLocked(folder: string, name: string): boolean {
    for (let at = folder; ; at = at.slice(0, at.lastIndexOf('node_modules/')).replace(/\/$/, '')) {
      if (locked.has(at === '' ? `node_modules/${name}` : `${at}/node_modules/${name}`)) return true;
      if (at === '') return false;
    }
  }
});

function nameOf(folder: string): string {
  return folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
