import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withFileLock } from '../../src/git/file-lock.ts';
import { makeScratch } from '../support/git/scratch.ts';

test('one at a time holds the lock, whoever waits gets it afterwards', async () => {
  await using scratch = await makeScratch();
  const file = join(scratch.dir, 'deep', 'lock');
  let inside = 0;
  let most = 0;
  await Promise.all(
    Array.from({ length: 5 }, () =>
      withFileLock(file, undefined, async () => {
        most = Math.max(most, ++inside);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
      }),
    ),
  );
  expect(most).toBe(1);
});

test('work that fails gives the lock back', async () => {
  await using scratch = await makeScratch();
  const file = join(scratch.dir, 'lock');
  await expect(withFileLock(file, undefined, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await withFileLock(file, undefined, () => Promise.resolve('mine'))).toBe('mine');
});

test('waiting ends with the reason of an abort', async () => {
  await using scratch = await makeScratch();
  const file = join(scratch.dir, 'lock');
  const controller = new AbortController();
  await withFileLock(file, undefined, async () => {
    const waiting = withFileLock(file, controller.signal, () => Promise.resolve('never'));
    controller.abort(new Error('killed'));
    await expect(waiting).rejects.toThrow('killed');
  });
});

test('another process holds it against us until it is killed, and then it is free at once', async () => {
  await using scratch = await makeScratch();
  const file = join(scratch.dir, 'lock');
  const source = new URL('../../src/git/file-lock.ts', import.meta.url).href;
  const script = `
    import { withFileLock } from ${JSON.stringify(source)};
    await withFileLock(${JSON.stringify(file)}, undefined, () => { console.log('held'); return new Promise(() => setInterval(() => {}, 1000)); });`;
  const other = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(other.stdout, 'data');
  let got = false;
  const waiting = withFileLock(file, undefined, async () => {
    got = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 120));
  expect(got).toBe(false);
  other.kill('SIGKILL');
  await waiting;
  expect(got).toBe(true);
});
