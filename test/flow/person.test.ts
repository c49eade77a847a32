import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { simpleGit } from 'simple-git';
import { expect } from 'vitest';
import { makeScratch } from '../support/git/scratch.ts';
import { cloneUrl } from '../support/forge/test-clients.ts';
import { MEND } from './scripts.ts';
import { REPOSITORY, story, type Stage } from './stage.ts';

const run = promisify(execFile);

story('a person clones what the agent made: one commit on main, whose tests pass, and nothing else', { script: MEND }, async (stage) => {
  const issue = await stage.openIssue('duration(119) says 2 minutes');
  await stage.ada.label(REPOSITORY, issue, 'agent:worker');
  const { branch, headSha, pullRequest } = await stage.ended(issue);
  await using scratch = await makeScratch();
  const { git, work } = await cloneOf(stage, scratch.dir);

  await expect(testsPass(work, scratch.dir)).resolves.toBe(false);
  await git.checkout(branch!);
  await expect(testsPass(work, scratch.dir)).resolves.toBe(true);

  const { all: commits } = await git.log({ from: 'origin/main', to: 'HEAD', symmetric: false, multiLine: true });
  expect(commits).toHaveLength(1);
  const { botLogin } = stage.forge;
  expect(commits[0]).toMatchObject({
    hash: headSha,
    author_name: botLogin,
    author_email: expect.stringContaining(`+${botLogin}@users.noreply.`),
  });
  expect(commits[0]!.body).toMatch(/^Co-authored-by: ada <\d+\+ada@users\.noreply\..+>$/m);
  expect((await git.diffSummary(['origin/main', 'HEAD'])).files.map(({ file }) => file)).toEqual(['src/duration.js']);

  // The last is the forge's own, of the pull request.
  const refs = (await git.listRemote(['origin'])).trim().split('\n');
  expect(refs.map((line) => line.split('\t')[1])).toEqual([
    'HEAD',
    `refs/heads/${branch}`,
    'refs/heads/main',
    `refs/pull/${pullRequest}/head`,
  ]);
});

/** As ada, with her own token over HTTP, and nothing of this machine's own git settings. */
async function cloneOf({ forge, ada }: Stage, home: string) {
  const environment = { PATH: process.env['PATH'] ?? '', HOME: home, GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' };
  const work = join(home, 'duration');
  const gitIn = (baseDir: string) => simpleGit({ baseDir, allowEnvironment: Object.keys(environment) }).env(environment);
  await gitIn(home).clone(cloneUrl(forge, REPOSITORY, ada.token), work);
  return { git: gitIn(work), work };
}

/** By the Node of this machine, outside of any sandbox. */
async function testsPass(work: string, home: string): Promise<boolean> {
  return run(process.execPath, ['--test'], { cwd: work, env: { PATH: process.env['PATH'] ?? '', HOME: home } }).then(
    () => true,
    ({ code }: { code: unknown }) => {
      expect(code).toBe(1);
      return false;
    },
  );
}
