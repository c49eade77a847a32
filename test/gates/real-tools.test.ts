import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { Project } from './project.ts';

const NODE_MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));
const SUM = 'export function sum(a: number, b: number): number {\n  if (a > 100) {\n    return 0;\n  }\n  return a + b;\n}\n';
const TEST =
  "import { expect, test } from 'vitest';\nimport { sum } from './sum.ts';\n\ntest('adds', () => {\n  expect(sum(1, 2)).toBe(3);\n});\n";
const BASE = {
  'package.json': JSON.stringify({
    type: 'module',
    scripts: { lint: 'oxlint sum.ts', test: 'vitest run' },
    devDependencies: { typescript: '*', vitest: '*', '@vitest/coverage-v8': '*' },
  }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: { strict: true, module: 'nodenext', allowImportingTsExtensions: true, noEmit: true, skipLibCheck: true, types: [] },
    include: ['sum.ts'],
  }),
  'sum.ts': SUM,
  'sum.test.ts': TEST,
};

async function projectWithTools(): Promise<Project> {
  const project = await Project.create();
  await symlink(NODE_MODULES, join(project.repo, 'node_modules'));
  return project;
}

describe('tsc, oxlint and vitest, as a repository has them', () => {
  test('a good branch is green but for its coverage', async () => {
    await using project = await projectWithTools();
    const results = await project.run({ base: BASE, profile: 'standard' });
    expect(results.map(({ gate, state, summary }) => `${gate} ${state}: ${summary}`)).toEqual([
      'typecheck passed: no problems found',
      'lint passed: no problems found',
      'test passed: 1 test passed',
      'coverage failed: 66.66 % of lines, below 85 %',
    ]);
  });

  test('a bad branch has its faults at their places, and steers none of the tools', async () => {
    const branch = {
      'sum.ts': `${SUM}const wrong: string = sum(1, 2);\nexport { wrong };\ndebugger;\n`,
      'sum.test.ts': TEST.replace('toBe(3)', 'toBe(4)'),
      'tsconfig.json': '{"compilerOptions":{"strict":false},"include":[]}',
      '.oxlintrc.json': '{"rules":{"no-debugger":"off"}}',
      'vitest.config.ts': "export default { test: { include: ['nothing'], passWithNoTests: true } };",
    };
    await using project = await projectWithTools();
    const [typecheck, lint, tests] = await project.run({ base: BASE, branch, profile: 'strict' });
    const places = [typecheck, lint, tests].map((result) => result?.findings.map(({ path, line, rule }) => `${path}:${line} ${rule}`));
    expect([typecheck?.state, lint?.state, tests?.state]).toEqual(['failed', 'failed', 'failed']);
    expect(places).toEqual([
      ['sum.ts:7 TS2322', 'tsconfig.json:null judge-file'],
      ['sum.ts:9 eslint(no-debugger)', '.oxlintrc.json:null judge-file'],
      ['sum.test.ts:5 adds', 'vitest.config.ts:null judge-file'],
    ]);
  });
});
