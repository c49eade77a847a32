import { expect, test } from 'vitest';
import { commitTree } from '../../src/git/commit.ts';
import { makeHarness } from '../support/git/harness.ts';

test('a commit is the bot’s, credits the person, and is the same when it is made again', async () => {
  await using h = await makeHarness();
  const mirror = await h.mirror();
  const tree = await h.git.text(['rev-parse', `${h.base}^{tree}`], { gitDir: mirror.dir });
  const wish = {
    tree,
    parent: h.base,
    bot: { name: 'signalbox[bot]', email: '9+signalbox[bot]@users.noreply.example.org' },
    title: '-m --amend',
    summary: '# not a comment',
    coAuthor: { name: 'Ada', email: '1+ada@users.noreply.example.org' },
    date: new Date('2026-01-02T03:04:05Z'),
  };
  const commit = await commitTree(h.git, mirror, wish);
  expect(await commitTree(h.git, mirror, wish)).toBe(commit);
  expect(await h.git.text(['cat-file', 'commit', commit], { gitDir: mirror.dir })).toBe(
    [
      `tree ${tree}`,
      `parent ${h.base}`,
      'author signalbox[bot] <9+signalbox[bot]@users.noreply.example.org> 1767323045 +0000',
      'committer signalbox[bot] <9+signalbox[bot]@users.noreply.example.org> 1767323045 +0000',
      '',
      '-m --amend\n\n# not a comment\n\nCo-authored-by: Ada <1+ada@users.noreply.example.org>',
    ].join('\n'),
  );
});
