import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { watchDisk } from '../../../workers/steps/watch-disk.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'signalbox-disk-'));
  await writeFile(join(folder, 'large'), Buffer.alloc(3 * 1024 * 1024, 1));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const never = new AbortController().signal;

describe('a folder that is watched', () => {
  test('over its limit ends what is done in it, with the numbers; what links point at does not count, and a folder that is not there is empty', async () => {
    const linking = await mkdtemp(join(tmpdir(), 'signalbox-disk-'));
    await symlink(join(folder, 'large'), join(linking, 'link'));
    using full = watchDisk(folder, 2, never);
    using linked = watchDisk(linking, 2, never);
    using absent = watchDisk(join(folder, 'absent'), 2, never);
    await once(full.signal, 'abort');
    expect(full.signal.reason).toMatchObject({
      code: 'limit.disk',
      message: expect.stringMatching(/^The workspace grew to \d+ MiB; 2 are allowed\.$/),
    });
    expect([linked.signal.aborted, absent.signal.aborted]).toEqual([false, false]);
    await rm(linking, { recursive: true });
  });

  test('is left alone with the signal that it was given', () => {
    const stop = new AbortController();
    using watched = watchDisk(folder, 2, stop.signal);
    stop.abort(new Error('stopped'));
    expect(watched.signal.reason).toBe(stop.signal.reason);
  });
});
