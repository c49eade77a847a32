import { describe, expect, it } from 'vitest';
import { AREAS, PORTS } from './import-table.ts';
import { importsOf, loadedImportsOf } from './imports.ts';
import { forbiddenImports } from './judge-imports.ts';
import { hasProjectFile, readProjectFile, sourceFiles } from './project.ts';

const GOOD = new Map([
  ['src/domain/task.ts', `import { z } from 'zod';`],
  ['src/sandbox/sandbox.ts', `import type { Task } from '../domain/task.ts';`],
  ['src/sandbox/output.ts', `import type { ExecResult } from './sandbox.ts';`],
  [
    'src/sandbox/docker/docker.ts',
    `import type { Sandbox } from '../sandbox.ts';\nimport { cut } from '../output.ts';\nimport { pull } from './image.ts';`,
  ],
  ['src/sandbox/process.ts', `import type { Sandbox } from './sandbox.ts';`],
  ['src/sandbox/index.ts', `import { createDocker } from './docker/docker.ts';\nimport { createProcess } from './process.ts';`],
  ['gates/tests.ts', `import type { Sandbox } from '../src/sandbox/sandbox.ts';`],
  ['workers/agent/loop.ts', `import type { Model } from '../../src/model/model.ts';`],
  ['src/compose.ts', `import { createSandboxEngine } from './sandbox/index.ts';`],
]);

describe('the table of imports', () => {
  it('holds in every source file', () => {
    const sources = new Map(sourceFiles().map((path) => [path, readProjectFile(path)]));
    expect(forbiddenImports(sources)).toEqual([]);
  });

  it('names no area twice, and only areas that exist', () => {
    const names = [...AREAS.map((area) => area.name), ...PORTS];
    expect(new Set(names).size).toBe(names.length);
    for (const area of AREAS) expect([...names, 'test']).toEqual(expect.arrayContaining([...area.may]));
  });

  it('has no way round: no area leads back to itself', () => {
    for (const area of AREAS)
      expect(
        area.may.filter((next) => reaches(next, area.name)),
        area.name,
      ).toEqual([]);
  });

  it.each(PORTS)('has the contract of %s where it belongs', (port) => {
    expect(hasProjectFile(`src/${port}/${port}.ts`)).toBe(true);
  });
});

describe('the judge of imports bites', () => {
  it('is silent on a tree that keeps the table', () => {
    expect(forbiddenImports(GOOD)).toEqual([]);
  });

  it.each([
    ['the domain, on something of ours', 'src/domain/a.ts', `import { messageOf } from '../errors.ts';`, 'domain may not import errors'],
    ['the domain, on a package', 'src/domain/a.ts', `import pino from 'pino';`, 'domain may not import the package pino'],
    [
      'the domain, on the file system',
      'src/domain/a.ts',
      `import { readFileSync } from 'node:fs';`,
      'domain may not import the package node:fs',
    ],
    [
      'a contract that knows an adapter',
      'src/sandbox/sandbox.ts',
      `import { createProcess } from './process.ts';`,
      'the sandbox contract may not import the sandbox adapter process',
    ],
    [
      'an adapter that knows its sibling',
      'src/sandbox/process.ts',
      `import { pull } from './docker/image.ts';`,
      'the sandbox adapter process may not import the sandbox adapter docker',
    ],
    [
      'an adapter of another port',
      'src/queue/valkey.ts',
      `import { createDocker } from '../sandbox/docker/docker.ts';`,
      'may not import the sandbox adapter docker',
    ],
    [
      'an adapter outside its factory',
      'src/compose.ts',
      `import { createDocker } from './sandbox/docker/docker.ts';`,
      'compose may not import the sandbox adapter docker',
    ],
    [
      'a factory outside the composition',
      'src/tasks/a.ts',
      `import { createSandboxEngine } from '../sandbox/index.ts';`,
      'tasks may not import the sandbox factory',
    ],
    [
      'an agent that sees the forge',
      'workers/agent/a.ts',
      `import type { Forge } from '../../src/forge/forge.ts';`,
      'agent may not import the forge contract',
    ],
    [
      'an agent that sees the settings',
      'workers/agent/a.ts',
      `import type { Config } from '../../src/config.ts';`,
      'agent may not import settings',
    ],
    ['an agent that sees the store', 'workers/agent/a.ts', `export * from '../../src/store/tasks.ts';`, 'agent may not import store'],
    [
      'a gate that sees the model',
      'gates/a.ts',
      `import type { Model } from '../src/model/model.ts';`,
      'gates may not import the model contract',
    ],
    ['a page that starts a worker', 'src/web/a.ts', `const run = await import('../../workers/run-task.ts');`, 'web may not import workers'],
    ['something that knows compose', 'src/cli/serve.ts', `import { compose } from '../compose.ts';`, 'cli may not import compose'],
    ['the product on the tests', 'src/http/a.ts', `import { standIn } from '../../test/support/x.ts';`, 'http may not import test'],
    ['a folder without a place', 'src/misc/a.ts', `import { a } from './b.ts';`, 'belongs to no area'],
    ['a target that is computed', 'src/http/a.ts', 'await import(name);', 'computed target'],
    ['Node without its protocol', 'src/http/a.ts', `import { readFileSync } from 'fs';`, 'without the node: protocol'],
  ])('on %s', (_, file, line, sentence) => {
    const problems = forbiddenImports(new Map([...GOOD, [file, line]]));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(sentence);
  });
});

describe('imports are found', () => {
  it.each([
    [`import a from 'x';`, ['x']],
    [`import type { A } from "./x.ts";`, ['./x.ts']],
    [`import {\n  a,\n  type B, // why\n} from './x.ts';`, ['./x.ts']],
    [`import * as a from './x.ts';\nimport './y.ts';`, ['./x.ts', './y.ts']],
    [`export { a } from './x.ts';\nexport * from './y.ts';\nexport type { B } from './z.ts';`, ['./x.ts', './y.ts', './z.ts']],
    [`const a = await import('./x.ts');\ntype B = import("./y.ts").B;`, ['./x.ts', './y.ts']],
    [`const a = await import(\n  './x.ts'\n);`, ['./x.ts']],
    ['await import(`./${name}.ts`);', [null]],
    [`// import a from './x.ts';\n * import b from './y.ts';`, []],
    [`export const from = 'x';\nexport function importer(a: string[]) { return Array.from('y'); }`, []],
    [`import.meta.dirname; reimport('x'); a.import('y');`, []],
  ])('in %j', (source, expected) => {
    expect(importsOf(source)).toEqual(expected);
  });
});

it('of types and on demand are not loaded at once', () => {
  const source = `import type { A } from 'a';\nimport { type B } from 'b';\nexport type { C } from 'c';\nexport * from 'd';\nimport 'e';\nawait import('f');`;
  expect(loadedImportsOf(source)).toEqual(['b', 'd', 'e']);
});

function reaches(from: string, to: string, seen = new Set<string>()): boolean {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return (AREAS.find((area) => area.name === from)?.may ?? []).some((next) => reaches(next, to, seen));
}
