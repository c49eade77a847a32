import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { saveCheckpoint } from '../../src/git/checkpoint.ts';
import { maintainMirror } from '../../src/git/maintain-mirror.ts';
import type { Mirror } from '../../src/git/mirror.ts';
import { makeHarness, type Harness } from '../support/git/harness.ts';
import { writeFiles } from '../support/git/origin.ts';

const NEVER = new AbortController().signal;

/** As if everything in the mirror were so many days old. */
async function age({ dir }: Mirror, days: number): Promise<void> {
  const then = new Date(Date.now() - days * 86_400_000);
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) await utimes(join(entry.parentPath, entry.name), then, then);
  }
}

async function has(h: Harness, { dir }: Mirror, commit: string): Promise<boolean> {
  return (await h.git.run(['cat-file', '-e', commit], { gitDir: dir })).exitCode === 0;
}

test('a mirror is maintained a day after it was first looked at, and then once a day', async () => {
  await using h = await makeHarness();
  const mirror = await h.mirror();
  const maintain = () => maintainMirror(h.git, mirror, NEVER);
  expect(await maintain()).toBe(false);
  await age(mirror, 2);
  expect([await maintain(), await maintain()]).toEqual([true, false]);
  expect(await h.git.text(['count-objects'], { gitDir: mirror.dir })).toMatch(/^0 objects/);
  expect(await has(h, mirror, h.base)).toBe(true);
});

test('a mirror in which an agent works is left alone', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await maintainMirror(h.git, workspace.mirror, NEVER);
  await age(workspace.mirror, 2);
  expect(await maintainMirror(h.git, workspace.mirror, NEVER)).toBe(false);
  await workspace[Symbol.asyncDispose]();
  expect(await maintainMirror(h.git, workspace.mirror, NEVER)).toBe(true);
});

test('checkpoints that were superseded two weeks ago are gone; the newest, and younger ones, are there', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  const { mirror } = workspace;
  await maintainMirror(h.git, mirror, NEVER);
  const saved: string[] = [];
  for (const text of ['first', 'second', 'third']) {
    await writeFiles(workspace.repo, { 'made.txt': text });
    saved.push((await saveCheckpoint(h.git, workspace))!.commit);
    if (text === 'first') await age(mirror, 21);
  }
  await utimes(join(mirror.dir, 'signalbox-maintained'), new Date(0), new Date(0));
  await workspace[Symbol.asyncDispose]();
  expect(await maintainMirror(h.git, mirror, NEVER)).toBe(true);
  expect(await Promise.all(saved.map((commit) => has(h, mirror, commit)))).toEqual([false, true, true]);
});
