import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importsOf } from './imports.ts';
import { hasProjectFile, projectFiles, readProjectFile, ROOT, sourceFiles, testFiles } from './project.ts';

describe('files', () => {
  it('are named in kebab-case', () => {
    const code = [...sourceFiles(), ...testFiles()];
    expect(code.filter((path) => !path.split('/').every((part) => /^[a-z0-9]+(-[a-z0-9]+)*(\.(test|config))?(\.ts)?$/.test(part)))).toEqual(
      [],
    );
  });

  it('are short: nine in ten under 200 lines, and none over 400', () => {
    const lengths = sourceFiles().map((path) => ({ path, lines: linesOf(path) }));
    const long = lengths.filter(({ lines }) => lines >= 200);
    expect(lengths.filter(({ lines }) => lines > 400)).toEqual([]);
    expect(long.length, long.map(({ path, lines }) => `${path} ${lines}`).join(', ')).toBeLessThanOrEqual(lengths.length / 10);
  });

  it('name no package registry and no place on the machine that they were written on', () => {
    const registries =
      /registry\.(npmjs\.org|yarnpkg\.com)|pypi\.org|files\.pythonhosted\.org|(deb|security)\.debian\.org|(proxy|sum)\.golang\.org|(index|static)\.crates\.io|repo1?\.maven\.(apache\.)?org/;
    const places = /\/work\/(main|shared|\.library)\b/;
    const naming = projectFiles().filter((path) => {
      const text = readProjectFile(path);
      return registries.test(text) || places.test(text) || (ROOT.length > 1 && text.includes(`${ROOT}/`));
    });
    expect(naming).toEqual([]);
  });

  it('read the environment in src/config.ts alone', () => {
    const reading = sourceFiles().filter((path) => /\bprocess\s*(\.|\[['"])env\b/.test(readProjectFile(path)));
    expect(reading).toEqual(['src/config.ts']);
  });
});

describe('tests', () => {
  it('stand in a folder that mirrors the one they are about', () => {
    const own = ['chaos', 'check', 'contract', 'flow', 'structure', 'support'];
    const folders = new Set(
      testFiles()
        .filter((path) => path.endsWith('.test.ts'))
        .map((path) => posix.dirname(path).slice('test/'.length)),
    );
    const mirrored = [...folders].filter((folder) => folder !== '' && !own.includes(folder.split('/')[0] ?? ''));
    expect(mirrored.filter((folder) => !hasProjectFile(`src/${folder}`) && !hasProjectFile(folder))).toEqual([]);
  });

  it('load every source file, directly or through what they start', () => {
    const seen = new Set(testFiles());
    if (testFiles().some((path) => readProjectFile(path).includes("src/main.ts'"))) seen.add('src/main.ts');
    for (const path of seen) {
      if (path.endsWith('.ts') && hasProjectFile(path)) for (const target of targetsOf(path)) seen.add(target);
    }
    expect(sourceFiles().filter((path) => !seen.has(path))).toEqual([]);
  });

  it('exist for every folder of the sources, beside the stories that pass through it', () => {
    const folders = new Set(sourceFiles().flatMap((path) => /^(src\/[^/]+|workers\/[^/]+|workers|gates)\//.exec(path)?.[1] ?? []));
    const tests = testFiles().filter((path) => path.endsWith('.test.ts'));
    expect([...folders].filter((folder) => !tests.some((path) => path.startsWith(`test/${folder.replace(/^src\//, '')}/`)))).toEqual([]);
  });

  it('mock no module', () => {
    expect(testFiles().filter((path) => /\bvi\s*\.\s*(mock|doMock|hoisted)\s*\(/.test(readProjectFile(path)))).toEqual([]);
  });

  it('are skipped only for what the machine lacks (test/support/needs.ts, which fails in CI), or in words (`context.skip`)', () => {
    const others = testFiles().filter((path) => !path.startsWith('test/structure/') && path !== 'test/support/needs.ts');
    const marked = (mark: RegExp) => others.filter((path) => mark.test(readProjectFile(path)));
    expect(marked(/\b(it|test|describe|context|ctx|task)\s*\.\s*(skip|todo|only|fails)\b(?!\('[^']+'\))/)).toEqual([]);
    const reasons = /support\/needs\.ts'|options\.skip|\bgetuid\b|\bisRoot\b/;
    expect(marked(/\.(skipIf|runIf)\(/).filter((path) => !reasons.test(readProjectFile(path)))).toEqual([]);
  });
});

describe('the scripts of .ci', () => {
  it.each(projectFiles().filter((path) => path.startsWith('.ci/')))('%s can be run, and parses', (path) => {
    expect(statSync(join(ROOT, path)).mode & 0o111).not.toBe(0);
    execFileSync('bash', ['-n', path], { cwd: ROOT });
  });
});

function linesOf(path: string): number {
  return readProjectFile(path).split('\n').length - 1;
}

function targetsOf(path: string): readonly string[] {
  const relative = importsOf(readProjectFile(path)).filter((specifier) => specifier?.startsWith('.'));
  return relative.map((specifier) => posix.normalize(posix.join(posix.dirname(path), specifier ?? '')));
}
