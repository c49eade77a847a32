import { mkdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { GateResult } from '../../src/domain/finding.ts';
import { Project } from './project.ts';

const PACKAGE = JSON.stringify({ name: 'calc', type: 'module', scripts: { test: 'node --test' } });
const SUM = 'export function sum(a, b) {\n  return a + b;\n}\n';
const PASSING =
  "import { test } from 'node:test';\nimport assert from 'node:assert';\nimport { sum } from '../sum.js';\n\ntest('adds', () => assert.equal(sum(1, 2), 3));\n";
const FAILING = `${PASSING}test('adds wrongly', () => {\n  assert.equal(sum(1, 2), 4);\n});\n`;
const BASE = { 'package.json': PACKAGE, 'sum.js': SUM, 'test/sum.test.js': PASSING };

function scripted(scripts: Record<string, string>): Record<string, string> {
  return { ...BASE, 'package.json': JSON.stringify({ name: 'calc', type: 'module', scripts }) };
}

describe('a real project with the test runner of node', () => {
  test('passes when its tests pass, and says how many', async () => {
    await using project = await Project.create();
    const [result] = await project.run({ base: BASE });
    expect(result).toMatchObject({ gate: 'test', state: 'passed', summary: '1 test passed', command: 'npm test', findings: [] });
    expect(result?.log).toContain('adds');
  });

  test('fails with the place of the failing assertion', async () => {
    await using project = await Project.create();
    const [result] = await project.run({ base: BASE, branch: { 'test/sum.test.js': FAILING } });
    expect(result).toMatchObject({ state: 'failed', summary: '1 of 2 tests failed' });
    expect(result?.findings).toEqual([
      expect.objectContaining({ path: 'test/sum.test.js', line: 7, rule: 'adds wrongly', severity: 'error' }),
    ]);
  });

  test('does not pass when no test ran', async () => {
    await using project = await Project.create();
    const [result] = await project.run({ base: BASE, branch: { 'test/sum.test.js': null } });
    expect(result).toMatchObject({ state: 'failed', summary: expect.stringContaining('no test ran') });
  });

  test('measures coverage, and names the lines that never ran when there is too little', async () => {
    const base = { ...BASE, 'sum.js': 'export function sum(a, b) {\n  if (a > 100) {\n    return 0;\n  }\n  return a + b;\n}\n' };
    await using project = await Project.create();
    const results = await project.run({ base, profile: 'standard' });
    expect(results.map(({ gate, state }) => `${gate} ${state}`)).toEqual([
      'typecheck not-found',
      'lint not-found',
      'test passed',
      'coverage failed',
    ]);
    const coverage = results.at(-1);
    expect(coverage).toMatchObject({ coverage: 66.66, summary: '66.66 % of lines, below 85 %' });
    expect(coverage?.findings).toEqual([
      expect.objectContaining({ path: 'sum.js', line: 3, endLine: 4, message: expect.stringContaining('lines 3-4') }),
    ]);
    const [enough] = (await project.judge({ base, profile: 'standard', settings: { coverage: { lines: 60 } } })).slice(-1);
    expect(enough).toMatchObject({ state: 'passed', coverage: 66.66 });
  });

  test('is ended by its time limit, and says whose limit it was', async () => {
    const base = scripted({ test: 'sleep 300' });
    await using project = await Project.create();
    const [result] = await project.run({ base, timeoutMs: 300 });
    expect(result).toMatchObject({ state: 'timed-out', summary: 'ended after 0.3 s: the limit that the operator set for a gate' });
    const settings = { gates: { test: { run: 'sleep 300', timeoutSeconds: 1 } } };
    const [own] = await project.judge({ base, settings });
    expect(own).toMatchObject({ state: 'timed-out', summary: 'ended after 1 s: gates.test.timeoutSeconds in .signalbox.yml' });
  });
});

describe('verdicts', () => {
  test('an exit code that is not 0 is never a pass, whatever the output says', async () => {
    await using project = await Project.create();
    const [result] = await project.run({ base: scripted({ test: 'echo "# tests 3"; echo "# pass 3"; exit 3' }) });
    expect(result).toMatchObject({ state: 'failed', summary: '3 tests passed, but the command ended with exit code 3' });
  });

  test('an exit code of 0 does not hide a failed test in the report', async () => {
    await using project = await Project.create();
    const xml = '<testsuite><testcase name="a"/><testcase name="b"><failure message="no"/></testcase></testsuite>';
    const settings = { gates: { test: { run: `echo '${xml}' > out.xml`, format: 'junit', report: 'out.xml' } } };
    const [result] = await project.run({ base: BASE, settings });
    expect(result).toMatchObject({ state: 'failed', summary: '1 of 2 tests failed' });
  });

  test('a report that the branch brought along is not taken for one of this run', async () => {
    await using project = await Project.create();
    const settings = { gates: { test: { run: 'true', format: 'junit', report: 'out.xml' } } };
    const [result] = await project.run({ base: BASE, branch: { 'out.xml': '<testsuite><testcase name="a"/></testsuite>' }, settings });
    expect(result).toMatchObject({ state: 'error', summary: expect.stringContaining('without leaving its report') });
  });

  test('a tool that is not installed is an error that says what to do', async () => {
    await using project = await Project.create();
    const [result] = await project.run({ base: scripted({ test: 'no-such-tool --all' }) });
    expect(result).toMatchObject({
      state: 'error',
      summary: expect.stringMatching(/^no-such-tool is not installed in the sandbox: add it/),
    });
  });

  test('a tool that node_modules brings is found', async () => {
    await using project = await Project.create();
    await project.write({ 'node_modules/.bin/my-check': '#!/bin/sh\necho "src/a.js:3:1: bad"; exit 1\n' });
    await project.sandbox.exec(
      { argv: ['chmod', '+x', 'repo/node_modules/.bin/my-check'], timeoutMs: 9000, maxOutputBytes: 999 },
      AbortSignal.timeout(9000),
    );
    const [result] = await project.run({ base: BASE, profile: 'custom', settings: { gates: { 'my-check': 'my-check' } } });
    expect(result).toMatchObject({ gate: 'my-check', state: 'failed', summary: '1 error' });
    expect(result?.findings[0]).toMatchObject({ path: 'src/a.js', line: 3, message: 'bad' });
  });

  test('in the strict profile a missing gate and a lint warning are red', async () => {
    const base = scripted({ test: 'node --test', lint: "echo '::warning file=sum.js,line=1::hm'" });
    await using project = await Project.create();
    const strict = await project.run({ base, profile: 'strict' });
    expect(strict.map(({ gate, state }) => `${gate} ${state}`)).toEqual([
      'typecheck failed',
      'lint failed',
      'test passed',
      'coverage passed',
    ]);
    const standard = await project.judge({ base, profile: 'standard' });
    expect(standard.map(({ gate, state }) => `${gate} ${state}`)).toEqual([
      'typecheck not-found',
      'lint passed',
      'test passed',
      'coverage passed',
    ]);
  });

  test('logs and findings hold no colours, no hidden characters, and only the end of a long output', async () => {
    const script = String.raw`printf '\033[31mred\033[0m \342\200\256evil\n'; for i in $(seq 1 30000); do echo "line $i"; done; printf 'a.js:1:1: \342\200\256bad\342\200\213\n'; exit 1`;
    await using project = await Project.create();
    const [result] = await project.run({ base: BASE, profile: 'custom', settings: { gates: { noisy: script } } });
    expect(Buffer.byteLength(result?.log ?? '')).toBeLessThanOrEqual(64 * 1024);
    expect(result?.log).toMatch(/^line \d+\n/);
    expect(result?.log).not.toMatch(/\p{Cf}/u);
    expect(result?.findings).toEqual([expect.objectContaining({ path: 'a.js', line: 1, message: 'bad' })]);
  });
});

describe('the judged cannot change the judge', () => {
  test('a branch that edits its scripts is judged with the base branch’s, and told so', async () => {
    const branch = {
      'test/sum.test.js': FAILING,
      'package.json': JSON.stringify({ name: 'calc', type: 'module', scripts: { test: 'echo all good' }, dependencies: { left: '1' } }),
    };
    await using project = await Project.create();
    const [result] = await project.run({ base: BASE, branch });
    expect(result).toMatchObject({ state: 'failed', summary: '1 of 2 tests failed' });
    expect(result?.findings).toContainEqual(expect.objectContaining({ severity: 'warning', path: 'package.json', rule: 'judge-file' }));
    expect(JSON.parse(await readFile(join(project.repo, 'package.json'), 'utf8'))).toMatchObject({
      scripts: { test: 'node --test' },
      dependencies: { left: '1' },
    });
  });

  test('a script that calls another by npm run gets the base branch’s', async () => {
    const base = scripted({ test: 'npm run --silent inner', inner: 'echo "judged by base"; exit 4' });
    const branch = { 'package.json': JSON.stringify({ scripts: { test: 'true', inner: 'true' } }) };
    await using project = await Project.create();
    const [result] = await project.run({ base, branch });
    expect(result?.state).toBe('failed');
    expect(result?.log).toContain('judged by base');
  });

  test('a script file that the command runs is the base branch’s', async () => {
    const base = { ...scripted({ lint: 'bash scripts/lint.sh' }), 'scripts/lint.sh': 'echo "sum.js:1:1: bad"; exit 1\n' };
    await using project = await Project.create();
    const results = await project.run({ base, branch: { 'scripts/lint.sh': 'exit 0\n' }, profile: 'standard' });
    expect(results[1]).toMatchObject({ gate: 'lint', state: 'failed' });
    expect(results[1]?.findings.map((finding) => finding.path)).toEqual(['sum.js', 'scripts/lint.sh']);
  });

  test('a configuration that the branch adds is gone, one that it removes is back', async () => {
    const base = { ...scripted({ lint: 'ls -A . src .oxlintrc.json' }), '.oxlintrc.json': '{}', 'src/a.js': '' };
    const branch = { 'src/.eslintrc.json': '{"root":true}', 'eslint.config.js': 'export default [];', '.oxlintrc.json': null };
    await using project = await Project.create();
    const results = await project.run({ base, branch, profile: 'standard' });
    expect(results[1]?.state).toBe('passed');
    expect(results[1]?.log).not.toContain('eslint');
    const changed = results[1]?.findings.map((finding) => finding.path).toSorted();
    expect(changed).toEqual(['.oxlintrc.json', 'eslint.config.js', 'src/.eslintrc.json']);
  });

  test('a tsconfig.json that is a symbolic link is replaced, and what it points to is left alone', async () => {
    const base = { ...scripted({ typecheck: 'cat tsconfig.json' }), 'tsconfig.json': '{"strict":true}' };
    await using project = await Project.create();
    const outside = join(project.folder, 'outside.json');
    await writeFile(outside, 'untouched');
    await project.write({ ...base, 'tsconfig.json': null });
    await symlink(outside, join(project.repo, 'tsconfig.json'));
    const [result] = await project.judge({ base, profile: 'standard' });
    expect(result).toMatchObject({ gate: 'typecheck', state: 'passed', log: '{"strict":true}' });
    expect(result?.findings).toEqual([expect.objectContaining({ path: 'tsconfig.json', rule: 'judge-file' })]);
    expect(await readFile(outside, 'utf8')).toBe('untouched');
    await expect(readlink(join(project.repo, 'tsconfig.json'))).rejects.toThrow(/EINVAL/);
  });

  test('a folder that became a symbolic link is not written through: the gate is red', async () => {
    const base = { ...scripted({ typecheck: 'true' }), 'web/tsconfig.json': '{"strict":true}' };
    await using project = await Project.create();
    await project.write(base);
    await rm(join(project.repo, 'web'), { recursive: true });
    await mkdir(join(project.folder, 'outside'));
    await symlink(join(project.folder, 'outside'), join(project.repo, 'web'));
    const [result] = await project.judge({ base, profile: 'standard' });
    expect(result).toMatchObject({ state: 'failed', summary: expect.stringContaining('symbolic link') });
    await expect(readFile(join(project.folder, 'outside/tsconfig.json'))).rejects.toThrow(/ENOENT/);
  });

  test('a folder that the branch removed or moved is not made again', async () => {
    const base = { ...scripted({ typecheck: '[ ! -e web ]' }), 'web/tsconfig.json': '{"strict":true}' };
    await using project = await Project.create();
    await project.write(base);
    await rename(join(project.repo, 'web'), join(project.repo, 'site'));
    const [result] = await project.judge({ base, profile: 'standard' });
    expect(result?.state).toBe('passed');
  });

  test('file names that a shell would read as something else are only names', async () => {
    const base = { ...BASE, 'a $(touch owned)/tsconfig.json': '{}', "b'\n;c/tsconfig.json": '{}' };
    await using project = await Project.create();
    const branch = { 'a $(touch owned)/tsconfig.json': '{"x":1}', "b'\n;c/tsconfig.json": '{"x":1}' };
    const [result] = await project.run({
      base: { ...base, 'package.json': scripted({ typecheck: 'true' })['package.json'] ?? '' },
      branch,
      profile: 'standard',
    });
    expect(result?.state).toBe('passed');
    expect(result?.findings).toHaveLength(2);
    await expect(readFile(join(project.repo, 'owned'))).rejects.toThrow(/ENOENT/);
    expect(await readFile(join(project.repo, 'a $(touch owned)/tsconfig.json'), 'utf8')).toBe('{}');
  });
});

describe('the way of a run', () => {
  test('every gate is queued at first, then runs, then is settled, in order', async () => {
    const seen: string[] = [];
    await using project = await Project.create();
    await project.run({
      base: scripted({ lint: 'true', test: 'node --test' }),
      profile: 'custom',
      settings: { gates: { lint: 'true', test: 'node --test' } },
      onChange: (result) => void seen.push(`${result.gate} ${result.state}`),
    });
    expect(seen).toEqual(['lint queued', 'test queued', 'lint running', 'lint passed', 'test running', 'test passed']);
  });

  test('an abort ends the running gate and cancels what is left, and nothing stays in progress', async () => {
    const controller = new AbortController();
    const settled = new Map<string, GateResult>();
    await using project = await Project.create();
    const results = await project.run({
      base: BASE,
      profile: 'custom',
      settings: { gates: { first: 'true', second: 'sleep 300', third: 'true' } },
      signal: controller.signal,
      onChange: (result) => {
        settled.set(result.gate, result);
        if (result.gate === 'second' && result.state === 'running') controller.abort(new Error('killed'));
      },
    });
    expect(results.map(({ gate, state }) => `${gate} ${state}`)).toEqual(['first passed', 'second cancelled', 'third cancelled']);
    expect([...settled.values()]).toEqual(results);
  });

  test('a sandbox that dies settles every gate before the fault is thrown', async () => {
    const settled = new Map<string, GateResult>();
    await using project = await Project.create();
    const run = project.run({
      base: BASE,
      profile: 'custom',
      settings: { gates: { first: 'sleep 300', second: 'true' } },
      onChange: async (result) => {
        settled.set(result.gate, result);
        if (result.state === 'running') await project.sandbox[Symbol.asyncDispose]();
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'sandbox.gone' });
    expect([...settled.values()].map(({ gate, state }) => `${gate} ${state}`)).toEqual(['first error', 'second cancelled']);
  });
});
