import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadedImportsOf } from './imports.ts';
import { hasProjectFile, packageFile, readProjectFile } from './project.ts';

describe.each(['Dockerfile', 'Dockerfile.sandbox'])('%s', (file) => {
  const copied = [...readProjectFile(file).matchAll(/^COPY\s+((?:--\S+\s+)*)(.+)$/gm)]
    .filter((match) => !match[1]?.includes('--from='))
    .flatMap((match) => (match[2] ?? '').trim().split(/\s+/).slice(0, -1));

  it('copies only what exists', () => {
    expect(copied.filter((path) => !hasProjectFile(path))).toEqual([]);
  });

  it('copies only what .dockerignore lets through', () => {
    const open = readProjectFile('.dockerignore').split('\n');
    expect(copied.filter((path) => !open.includes(`!${path}`))).toEqual([]);
  });
});

describe('the image of Signalbox', () => {
  const { files, packages } = loadedFrom('src/main.ts');

  it('starts with nothing but the files that are copied into it', () => {
    expect([...files].filter((path) => !/^(src|workers|gates)\//.test(path))).toEqual([]);
  });

  it('starts without a development dependency', () => {
    const { dependencies } = packageFile();
    expect([...packages].filter((name) => !(name in dependencies))).toEqual([]);
  });
});

/** All that is loaded when a file is run, without what it imports only when it needs it. */
function loadedFrom(main: string): { files: ReadonlySet<string>; packages: ReadonlySet<string> } {
  const files = new Set([main]);
  const packages = new Set<string>();
  for (const file of files) {
    if (!file.endsWith('.ts') || !hasProjectFile(file)) continue;
    for (const specifier of loadedImportsOf(readProjectFile(file))) {
      if (specifier.startsWith('.')) files.add(posix.normalize(posix.join(posix.dirname(file), specifier)));
      else if (!specifier.startsWith('node:'))
        packages.add(
          specifier
            .split('/')
            .slice(0, specifier.startsWith('@') ? 2 : 1)
            .join('/'),
        );
    }
  }
  return { files, packages };
}
