import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSandboxEngine } from '../../../src/sandbox/index.ts';
import { install } from '../../../workers/steps/install.ts';

const sandboxes = createSandboxEngine({ kind: 'process', instanceId: `test-${process.pid}`, path: '/usr/local/bin:/usr/bin:/bin' });
const sandboxLimits = { memoryMb: 256, cpus: 1, processes: 100, tmpMb: 64 };

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signalbox-install-'));
  await mkdir(join(folder, 'repo'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function run(line: string | null, options: { setupTimeoutMs?: number; signal?: AbortSignal } = {}) {
  const { setupTimeoutMs = 20_000, signal = new AbortController().signal } = options;
  const plan = { setup: line === null ? null : { line, shown: 'make it' }, sandboxLimits };
  return install({ sandboxes, setupTimeoutMs }, { agent: { id: 'an-agent' }, signal }, plan, folder);
}

describe('the installation of dependencies', () => {
  test('is nothing where nothing is to be installed', async () => {
    expect(await run(null)).toBeNull();
  });

  test('runs at the root of the repository, and shows its command as people type it', async () => {
    expect(await run('echo one > installed && echo done')).toEqual({ command: 'make it', succeeded: true, output: 'done\n' });
    expect(await readFile(join(folder, 'repo/installed'), 'utf8')).toBe('one\n');
  });

  test('that fails is told with the end of what it printed', async () => {
    const result = await run('seq 100000; echo no such package >&2; exit 3');
    expect(result).toMatchObject({ succeeded: false, output: expect.stringMatching(/no such package\n$/) });
    expect(result!.output.length).toBeLessThanOrEqual(2_000);
  });

  test('that takes too long is ended, and says so', async () => {
    const result = await run('echo begun; sleep 60', { setupTimeoutMs: 300 });
    expect(result).toMatchObject({ succeeded: false, output: 'begun\n\n(ended after 0.3 seconds)' });
  });

  test('ends with the signal', async () => {
    const stop = new AbortController();
    const running = run('sleep 60', { signal: stop.signal });
    setTimeout(() => stop.abort(new Error('stopped')), 100);
    await expect(running).rejects.toThrow('stopped');
  });
});
