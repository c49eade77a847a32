/**
 * The whole check, as `npm test` runs it: types, lint, format, the tests, and then the short form of the chaos run, alone because it
 * wants the machine for itself; all of them even when one is red. Where only some tests are asked for, there is no chaos.
 *
 *   npm test [-- [--report FILE] [what vitest takes: a path, -t NAME, …]]
 *
 * FILE receives `{passed, failed, skipped}`, in which each of the other checks counts as one test.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addCounts, type Count, countTests } from './count-tests.ts';

const ROOT = join(import.meta.dirname, '../..');
const CHECKS = [
  { name: 'types', argv: ['node_modules/typescript/bin/tsc', '--project', '.', '--pretty'] },
  { name: 'lint', argv: ['node_modules/oxlint/bin/oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'format', argv: ['node_modules/oxfmt/bin/oxfmt', '--check'] },
];

const CHAOS = { name: 'chaos', args: ['--config', 'test/chaos/vitest.config.ts'] };

async function main(args: readonly string[]): Promise<number> {
  const at = args.indexOf('--report');
  const report = at < 0 ? undefined : args[at + 1];
  const lines: string[] = [];
  let total: Count = { passed: 0, failed: 0, skipped: 0 };
  const add = (name: string, count: Count, since: number) => {
    total = addCounts(total, count);
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
    lines.push(
      `${name.padEnd(8)}${`${count.passed} passed, ${count.failed} failed${skipped}`.padEnd(40)}${((performance.now() - since) / 1000).toFixed(1)} s`,
    );
  };

  for (const check of CHECKS) {
    const since = performance.now();
    console.log(`\n${check.name}: ${check.argv.join(' ').replace(/^\S*\//, '')}`);
    const failed = (await run(check.argv)) === 0 ? 0 : 1;
    add(check.name, { passed: 1 - failed, failed, skipped: 0 }, since);
  }
  const wish = at < 0 ? args : args.toSpliced(at, 2);
  const suites = [{ name: 'tests', args: wish }, ...(wish.length === 0 ? [CHAOS] : [])];
  for (const suite of suites) {
    const since = performance.now();
    console.log(`\n${suite.name}`);
    add(suite.name, await runTests(suite.args), since);
  }

  if (report) await writeFile(report, JSON.stringify(total));
  console.log(`\n${lines.join('\n')}`);
  return total.failed === 0 ? 0 : 1;
}

async function runTests(args: readonly string[]): Promise<Count> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-check-'));
  try {
    const file = join(folder, 'vitest.json');
    const exitCode = await run([
      'node_modules/vitest/vitest.mjs',
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
      ...args,
    ]);
    const text = await readFile(file, 'utf8').catch(() => 'null');
    return countTests(JSON.parse(text), exitCode);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs a Node program of this checkout in front of the person. A signal counts as a failure. */
async function run(argv: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, argv, { cwd: ROOT, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

process.exitCode = await main(process.argv.slice(2));
