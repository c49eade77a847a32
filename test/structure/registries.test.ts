import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { ADAPTERS } from './import-table.ts';
import { importsOf } from './imports.ts';
import { hasProjectFile, readProjectFile, ROOT, sourceFiles } from './project.ts';
import { type Module, registryProblems } from './registries.ts';

describe('a registry and its folder', () => {
  it.each([
    ['src/commands', 'registry.ts'],
    ['gates', 'registry.ts'],
    ['workers/agent/tools', 'index.ts'],
  ])('agree in %s', async (folder, registry) => {
    expect(hasProjectFile(`${folder}/${registry}`), `${folder}/${registry}`).toBe(true);
    const siblings = new Map<string, Module>();
    for (const name of filesIn(folder)) if (name !== registry) siblings.set(name, await load(`${folder}/${name}`));
    expect(registryProblems(await load(`${folder}/${registry}`), siblings)).toEqual([]);
  });

  it.each(Object.entries(ADAPTERS))(
    'agree in src/%s: its factory makes the adapters of the table, and every folder is one',
    (port, adapters) => {
      const factory = `src/${port}/index.ts`;
      const made = hasProjectFile(factory) ? importsOf(readProjectFile(factory)) : [];
      const missing = adapters.filter(
        (adapter) => !made.some((specifier) => specifier === `./${adapter}.ts` || specifier?.startsWith(`./${adapter}/`)),
      );
      expect(missing, `not imported by ${factory}`).toEqual([]);
      const folders = sourceFiles().flatMap((path) => new RegExp(`^src/${port}/([^/]+)/`).exec(path)?.[1] ?? []);
      expect(folders.filter((folder) => !adapters.includes(folder))).toEqual([]);
    },
  );
});

describe('the comparison of a registry with its folder bites', () => {
  const run = { name: 'run', usage: 'run', run: () => 1 };
  const kill = { name: 'kill', usage: 'kill', run: () => 2 };
  const files = new Map<string, Module>([
    ['run.ts', { run }],
    ['kill.ts', { kill, LIMIT: 3 }],
    ['command.ts', { parse: () => ({ name: 'x' }), FLAG: { name: 'flag' } }],
  ]);

  it('is silent when both agree', () => {
    expect(registryProblems({ COMMANDS: [run, kill], find: () => run }, files)).toEqual([]);
  });

  it('accepts an entry that a factory makes in the file named after it', () => {
    const help = { name: 'help_me', usage: 'help', run: () => 3 };
    expect(registryProblems({ COMMANDS: [run, kill, help] }, new Map([...files, ['help-me.ts', { helpOf: () => help }]]))).toEqual([]);
  });

  it('knows entries without a name by themselves', () => {
    const tool = { definition: { name: 'bash' }, call: () => 1 };
    expect(registryProblems({ TOOLS: [tool] }, new Map([['bash.ts', { bash: tool }]]))).toEqual([]);
    expect(registryProblems({ TOOLS: [tool] }, new Map([['bash.ts', { bash: tool, other: { ...tool } }]]))).toEqual([
      'bash.ts exports other, which is not in the registry',
    ]);
  });

  it.each([
    ['a file that was not registered', { COMMANDS: [run] }, 'kill.ts exports kill, which is not in the registry'],
    [
      'an entry without a file',
      { COMMANDS: [run, kill, { name: 'ghost', usage: '', run: () => 4 }] },
      'ghost is in the registry, and no file is named after it',
    ],
    ['an empty registry', { COMMANDS: [] }, 'the registry exports no list of entries that have something in common'],
  ])('on %s', (_, registry, sentence) => {
    expect(registryProblems(registry, files)).toEqual([sentence]);
  });
});

/** The names of the files that stand directly in a folder. */
function filesIn(folder: string): readonly string[] {
  const names = sourceFiles().flatMap((path) => (path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : []));
  return names.filter((name) => !name.includes('/'));
}

async function load(path: string): Promise<Module> {
  return (await import(pathToFileURL(join(ROOT, path)).href)) as Module;
}
