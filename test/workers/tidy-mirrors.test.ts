import { stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Git } from '../../src/git/git.ts';
import { createLog } from '../../src/log.ts';
import { IdleTime } from '../../workers/idle-time.ts';
import { tidyMirrors } from '../../workers/tidy-mirrors.ts';
import { until } from '../flow/stage.ts';
import { makeHarness } from '../support/git/harness.ts';
import { writeFiles } from '../support/git/origin.ts';

/** A machine with a mirror that is due, and a git whose packing takes for ever once it has begun. */
async function due() {
  const h = await makeHarness();
  const { dir } = await h.mirror();
  const begun = join(h.scratch.dir, 'begun');
  await writeFiles(h.scratch.dir, { git: { run: `#!/bin/sh\n[ "$1" = gc ] && touch ${begun} && sleep 600\nexec git "$@"\n` } });
  const mark = join(dir, 'signalbox-maintained');
  const services = { dataDir: h.dataDir, log: createLog('silent'), git: new Git({ binary: join(h.scratch.dir, 'git') }) };
  await tidyMirrors(services, new AbortController().signal);
  await utimes(mark, new Date(0), new Date(0));
  return {
    services,
    hasBegun: () => stat(begun).catch(() => null),
    markedAt: async () => (await stat(mark)).mtimeMs,
    [Symbol.asyncDispose]: () => h[Symbol.asyncDispose](),
  };
}

test('tidying ends as soon as there is something to do, and is not taken to be done', async () => {
  await using h = await due();
  const idle = new IdleTime();
  const tidying = tidyMirrors(h.services, idle.signal!);
  await until(h.hasBegun, 'the packing to begin');
  await idle.endFor(async () => {
    await tidying;
    expect(idle.signal).toBeNull();
  });
  expect(await h.markedAt()).toBe(0);
});

test('time is idle until there is work, and again when the last of it is over', async () => {
  const idle = new IdleTime();
  const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const before = idle.signal!;
  const working = [idle.endFor(() => first.promise), idle.endFor(() => second.promise)];
  expect({ aborted: before.aborted, now: idle.signal }).toEqual({ aborted: true, now: null });
  first.resolve();
  await working[0];
  expect(idle.signal).toBeNull();
  second.resolve();
  await working[1];
  expect(idle.signal?.aborted).toBe(false);
});
