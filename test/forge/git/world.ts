import { readFile, writeFile } from 'node:fs/promises';
import { createGit, type GitOptions } from '../../../src/forge/git/git.ts';
import { defaultBranch } from '../../../src/git/default-branch.ts';
import { Git } from '../../../src/git/git.ts';
import { startGitServer, type GitServer } from '../../support/git/git-server.ts';
import type { Origin } from '../../support/git/origin.ts';
import type { PlainGitWorld } from '../../contract/plain-git.ts';

export interface GitWorld extends PlainGitWorld {
  readonly server: GitServer;
  readonly origin: Origin;
  openWith(options: Partial<GitOptions>): ReturnType<PlainGitWorld['open']>;
  /** The credentials that Signalbox has from now on. */
  setCredentials(text: string): Promise<void>;
  credentials(): Promise<string>;
}

/** A server of git alone, with a repository that a token opens. */
export async function startGitWorld(): Promise<GitWorld> {
  const server = await startGitServer();
  const origin = await server.add('team/app');
  const { credentialsPath, url } = server;
  const readHead: GitOptions['readHead'] = (access) => defaultBranch(new Git(), access);
  const openWith = (options: Partial<GitOptions>) => createGit({ urls: [`${url}/team`], credentialsPath, readHead, ...options });
  const nowhere = 'http://127.0.0.1:1';
  return {
    server,
    origin,
    repository: `${url}/team/app.git`,
    notGiven: [`${url}/other/app.git`, `${url}/team/../other/app.git`, url.replace('//', '//bot:token@'), 'team/app'],
    open: () => openWith({}),
    openWith,
    // Whatever the address is, the server that it leads to is gone.
    openNowhere: () => openWith({ readHead: ({ authorization }) => readHead({ url: `${nowhere}/team/app.git`, authorization }) }),
    openUnauthorized: () => openWith({ credentialsPath: null }),
    setCredentials: (text) => writeFile(credentialsPath, text),
    credentials: () => readFile(credentialsPath, 'utf8'),
    async file(ref, path) {
      const shown = await origin.git.run(['show', `${ref}:${path}`], { gitDir: origin.dir });
      return shown.exitCode === 0 ? shown.stdout.toString('utf8') : null;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
