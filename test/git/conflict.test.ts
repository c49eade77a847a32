import { describe, expect, test } from 'vitest';
import { rebaseTree } from '../../src/git/conflict.ts';
import { readFileAt } from '../../src/git/read-commit.ts';
import { makeHarness, type Harness } from '../support/git/harness.ts';
import type { Content } from '../support/git/origin.ts';

const BASE = { 'a.txt': 'one\ntwo\nthree\nfour\nfive\n', 'b.txt': 'b\n' };

/** The tree of `files` on top of the base, as an agent's result would be. */
async function treeWith(h: Harness, branch: string, files: Readonly<Record<string, Content>>): Promise<string> {
  return `${await h.origin.commit(branch, files, h.base)}^{tree}`;
}

describe('a base that moved while the agent worked', () => {
  test.each<[string, Record<string, Content>, Record<string, Content>, object]>([
    ['other files', { 'c.txt': 'c\n' }, { 'd.txt': 'd\n' }, { state: 'clean' }],
    [
      'other lines of one file',
      { 'a.txt': 'ONE\ntwo\nthree\nfour\nfive\n' },
      { 'a.txt': 'one\ntwo\nthree\nfour\nFIVE\n' },
      { state: 'clean' },
    ],
    [
      'the same lines',
      { 'a.txt': 'mine\ntwo\nthree\nfour\nfive\n' },
      { 'a.txt': 'theirs\ntwo\nthree\nfour\nfive\n' },
      { state: 'conflict', paths: ['a.txt'] },
    ],
    ['the same change', { 'b.txt': 'same\n' }, { 'b.txt': 'same\n' }, { state: 'contained' }],
    ['changed here, removed there', { 'b.txt': 'changed\n' }, { 'b.txt': null }, { state: 'conflict', paths: ['b.txt'] }],
    ['the same new name', { 'new.txt': 'mine\n' }, { 'new.txt': 'theirs\n' }, { state: 'conflict', paths: ['new.txt'] }],
    ['a file here, a folder there', { x: 'file\n' }, { 'x/y': 'folder\n' }, { state: 'conflict' }],
    [
      'moved there, changed here',
      { 'a.txt': 'ONE\ntwo\nthree\nfour\nfive\n' },
      { 'a.txt': null, 'moved.txt': BASE['a.txt'] },
      { state: 'clean' },
    ],
    [
      'several conflicts',
      { 'a.txt': 'm\n', 'b.txt': 'm\n' },
      { 'a.txt': 't\n', 'b.txt': 't\n' },
      { state: 'conflict', paths: ['a.txt', 'b.txt'] },
    ],
  ])('%s', async (_name, mine, theirs, expected) => {
    await using h = await makeHarness(BASE);
    const tree = await treeWith(h, 'result', mine);
    const onto = await h.origin.commit('main', theirs);
    expect(await rebaseTree(h.git, await h.mirror(), { startPoint: h.base, tree, onto })).toMatchObject(expected);
  });

  test('a clean result has both changes', async () => {
    await using h = await makeHarness(BASE);
    const tree = await treeWith(h, 'result', { 'a.txt': 'ONE\ntwo\nthree\nfour\nfive\n' });
    const onto = await h.origin.commit('main', { 'a.txt': 'one\ntwo\nthree\nfour\nFIVE\n', 'c.txt': 'c\n' });
    const mirror = await h.mirror();
    const rebased = await rebaseTree(h.git, mirror, { startPoint: h.base, tree, onto });
    if (rebased.state !== 'clean') throw new Error(`it is ${rebased.state}`);
    expect(await readFileAt(h.git, mirror, rebased.tree, 'a.txt')).toBe('ONE\ntwo\nthree\nfour\nFIVE\n');
    expect(await readFileAt(h.git, mirror, rebased.tree, 'c.txt')).toBe('c\n');
  });

  test('a base that was force-pushed back does not get its lost commits from the agent', async () => {
    await using h = await makeHarness(BASE);
    const lost = await h.origin.commit('main', { 'lost.txt': 'taken back\n' });
    const tree = `${await h.origin.commit('result', { 'c.txt': 'c\n' }, lost)}^{tree}`;
    await h.git.ok(['update-ref', 'refs/heads/main', h.base], { gitDir: h.origin.dir });
    const mirror = await h.mirror();
    const rebased = await rebaseTree(h.git, mirror, { startPoint: lost, tree, onto: h.base });
    if (rebased.state !== 'clean') throw new Error(`it is ${rebased.state}`);
    expect(await readFileAt(h.git, mirror, rebased.tree, 'lost.txt')).toBeNull();
    expect(await readFileAt(h.git, mirror, rebased.tree, 'c.txt')).toBe('c\n');
  });

  test('a merge driver that the tree names is not asked', async () => {
    await using h = await makeHarness({ ...BASE, '.gitattributes': '* merge=union\n' });
    const tree = await treeWith(h, 'result', { 'b.txt': 'mine\n' });
    const onto = await h.origin.commit('main', { 'b.txt': 'theirs\n' });
    expect(await rebaseTree(h.git, await h.mirror(), { startPoint: h.base, tree, onto })).toEqual({ state: 'conflict', paths: ['b.txt'] });
  });
});

test('a base that did not move leaves the tree as it is', async () => {
  await using h = await makeHarness(BASE);
  const mirror = await h.mirror();
  expect(await rebaseTree(h.git, mirror, { startPoint: h.base, tree: 'tree', onto: h.base })).toEqual({ state: 'current', tree: 'tree' });
});
