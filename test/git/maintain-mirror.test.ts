import { expect, test } from 'vitest';
import { collect } from '../../src/git/collect.ts';
import { maintainMirror } from '../../src/git/maintain-mirror.ts';
import { makeHarness } from '../support/git/harness.ts';
import { writeFiles } from '../support/git/origin.ts';

test('packing a mirror takes nothing from the agents that work in it', async () => {
  await using h = await makeHarness();
  const workspace = await h.workspace();
  await writeFiles(workspace.repo, { 'made.txt': 'x\n' });
  const before = await collect(h.git, workspace);
  await h.git.ok(['update-ref', '-d', 'refs/heads/main'], { gitDir: h.origin.dir });
  await h.mirror();
  await maintainMirror(h.git, workspace.mirror);
  expect(await h.git.text(['count-objects'], { gitDir: workspace.mirror.dir })).toMatch(/^\d+ objects/);
  expect(await collect(h.git, workspace)).toEqual(before);
});
