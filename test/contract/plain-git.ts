import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { GitAccess, PlainGit } from '../../src/forge/forge.ts';

/** Something that holds repositories, from the inside, with a private one that Signalbox may use. */
export interface PlainGitWorld extends AsyncDisposable {
  open(): PlainGit;
  /** An adapter whose server answers nowhere. */
  openNowhere(): PlainGit;
  /** An adapter with a credential that the server does not take. */
  openUnauthorized(): PlainGit;
  /** As in SubjectRef, with a `README.md` on its default branch `main`. */
  readonly repository: string;
  /** More of what is no name of a repository that Signalbox was given. */
  readonly notGiven?: readonly string[];
  file(ref: string, path: string): Promise<string | null>;
}

/** The part of the contract in src/forge/forge.ts that is true of every forge, and of what is only git. */
export function describePlainGit(name: string, start: () => Promise<PlainGitWorld>): void {
  describe(`${name} keeps the contract of what holds repositories`, () => {
    let world: PlainGitWorld;
    let forge: PlainGit;
    let repository: string;

    beforeEach(async () => {
      world = await start();
      forge = world.open();
      repository = world.repository;
    });
    afterEach(() => world[Symbol.asyncDispose]());

    test('the identity is one that commits can be made under, and no operator', async () => {
      const { id, name: author, email } = await forge.identity();
      expect(id).not.toBe(0);
      expect(author).not.toBe('');
      expect(email).toContain('@');
    });

    test('a repository is read', async () => {
      expect(await forge.repository(repository)).toEqual({ defaultBranch: 'main', private: true });
    });

    test('a repository is found by its name, or by the address that git has of it', async () => {
      const located = { repository: expect.stringMatching(/./), number: null };
      expect(forge.locate(repository)).toEqual({ ...located, repository });
      const { url } = await forge.gitAccess(repository);
      expect(forge.locate(url)).toEqual(located);
    });

    test('words are nothing that could be found', () => {
      for (const words of ['', 'mend it', 'main']) expect(forge.locate(words)).toBeNull();
    });

    test('the name of a repository cannot be another path', async () => {
      for (const bad of ['..', 'a/..', '../b', 'a/b/c', 'a/b?c', '', 'a b/c', ...(world.notGiven ?? [])]) {
        const refused = { code: expect.stringMatching(/^forge\.not-(?:found|installed)$/), retryable: false };
        await expect(forge.repository(bad), bad).rejects.toMatchObject(refused);
        await expect(forge.gitAccess(bad), bad).rejects.toMatchObject(refused);
      }
    });

    test('a server that answers nowhere is a fault that may pass', async () => {
      await expect(world.openNowhere().repository(repository)).rejects.toMatchObject({ code: 'forge.unreachable', retryable: true });
    });

    test('a credential that is refused is not', async () => {
      await expect(world.openUnauthorized().repository(repository)).rejects.toMatchObject({
        code: 'forge.unauthorized',
        retryable: false,
      });
    });

    test('git clones and pushes, with the credential in the environment alone', async () => {
      const folder = await temporaryFolder();
      const access = await forge.gitAccess(repository);
      expect(access.url).not.toContain('@');
      await git(access, folder, 'clone', '--quiet', access.url, 'work');
      const work = join(folder, 'work');
      expect(await readFile(join(work, 'README.md'), 'utf8')).not.toBe('');
      await writeFile(join(work, 'new.txt'), 'new\n');
      await git(access, work, 'add', '.');
      await git(access, work, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.com', 'commit', '--quiet', '-m', 'New');
      await git(access, work, 'push', '--quiet', 'origin', 'HEAD:refs/heads/agent/1-new');
      expect(await world.file('agent/1-new', 'new.txt')).toBe('new\n');
      expect(await readFile(join(work, '.git', 'config'), 'utf8')).not.toContain(access.authorization);
    });
  });
}

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'forge-contract-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function git(access: GitAccess, cwd: string, ...args: string[]): Promise<void> {
  const env = {
    PATH: process.env['PATH'] ?? '/usr/bin:/bin',
    HOME: cwd,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'http.extraHeader',
    GIT_CONFIG_VALUE_0: `Authorization: ${access.authorization}`,
  };
  await promisify(execFile)('git', args, { cwd, env });
}
