import { describe, expect, test } from 'vitest';
import type { ChangedFile } from '../../src/git/changed-file.ts';
import { checkPaths } from '../../src/git/path-rules.ts';

function change(path: string, over: Partial<ChangedFile> = {}): ChangedFile {
  return {
    path,
    status: 'added',
    mode: '100644',
    oldMode: null,
    blob: '1'.repeat(40),
    additions: 1,
    deletions: 0,
    linkTarget: null,
    ...over,
  };
}

function rulesFor(file: ChangedFile, globs: string[] = [], others: string[] = []): string[] {
  return checkPaths([file], globs, [file.path, ...others]).map(({ rule }) => rule);
}

describe('protected paths', () => {
  test.each([
    ['.signalbox.yml', [], true],
    ['.github/workflows/ci.yml', [], true],
    ['.github/workflows/deep/ci.yml', [], true],
    ['.GitHub/Workflows/ci.yml', [], true],
    ['.github/CODEOWNERS', [], true],
    ['.gitmodules', [], true],
    ['.github/dependabot.yml', [], false],
    ['docs/.signalbox.yml', [], false],
    ['src/main.ts', [], false],
    ['infra/main.tf', ['infra'], true],
    ['infra/deep/main.tf', ['infra/'], true],
    ['infra/main.tf', ['/infra/**'], true],
    ['infrastructure/main.tf', ['infra'], false],
    ['keys/a.pem', ['**/*.pem'], true],
    ['a.pem', ['**/*.pem'], true],
    ['deep/.env.local', ['**/.env*'], true],
    ['!important', ['!important'], true],
  ])('%j with %j: %s', (path, globs, refused) => {
    expect(rulesFor(change(path), globs)).toEqual(refused ? ['protected'] : []);
  });

  test('removing counts as changing, and the violation names the glob', () => {
    const gone = change('.github/workflows/ci.yml', { status: 'deleted', mode: null, blob: null });
    expect(checkPaths([gone], [], [])).toEqual([
      { path: '.github/workflows/ci.yml', rule: 'protected', message: 'Agents may not change what matches `.github/workflows/**`.' },
    ]);
  });
});

describe('links', () => {
  test.each([
    ['a/link', 'b', []],
    ['a/link', '../b', []],
    ['a/link', '../../b', ['link-outside']],
    ['a/link', '/etc/passwd', ['link-outside']],
    ['a/link', 'b/../../..', ['link-outside']],
    ['link', '..', ['link-outside']],
    ['link', '.git/config', ['link-into-git']],
    ['a/link', '../.GIT', ['link-into-git']],
    ['.github', 'elsewhere', ['link-over-protected']],
    ['.github/workflows', '../elsewhere', ['protected']],
  ])('%s → %s: %j', (path, linkTarget, rules) => {
    expect(rulesFor(change(path, { mode: '120000', linkTarget }))).toEqual(rules);
  });
});

describe('names', () => {
  test.each([
    ['.GIT/config', ['name-git-like']],
    ['a/git~1/x', ['name-git-like']],
    ['a/.git. /x', ['name-git-like']],
    ['a/.git::$INDEX_ALLOCATION/x', ['name-git-like']],
    ['a/.g\u200cit/x', ['name-git-like', 'name-control-characters']],
    ['a\nb', ['name-control-characters']],
    ['a\u202eb', ['name-control-characters']],
    ['ordinary ünïcode 文.txt', []],
    ['.gitignore', []],
    ['digit~1', []],
  ])('%j: %j', (path, rules) => {
    expect(rulesFor(change(path))).toEqual(rules);
  });

  test('a new file that differs from another in case or accents alone is told, a changed one is not', () => {
    expect(rulesFor(change('ReadMe.md'), [], ['README.md'])).toEqual(['name-case-collision']);
    expect(rulesFor(change('e\u0301.md'), [], ['\u00e9.md'])).toEqual(['name-case-collision']);
    expect(rulesFor(change('ReadMe.md', { status: 'modified' }), [], ['README.md'])).toEqual([]);
  });
});

test('a submodule that comes, changes or goes is refused', () => {
  expect(rulesFor(change('x', { mode: '160000' }))).toEqual(['submodule']);
  expect(rulesFor(change('x', { mode: null, oldMode: '160000', status: 'deleted' }))).toEqual(['submodule']);
});
