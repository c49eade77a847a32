import type { Logger } from '../log.ts';
import type { Forge, PlainGit } from './forge.ts';
import { createGit, type GitOptions } from './git/git.ts';
import { createGitea, type GiteaOptions } from './gitea/gitea.ts';
import { createGithub, type GithubOptions } from './github/github.ts';

/** null: that kind of forge is off. */
export interface ForgeSettings {
  readonly github: Omit<GithubOptions, 'log'> | null;
  readonly gitea: Omit<GiteaOptions, 'log'> | null;
}

export function createPlainGit(options: GitOptions): PlainGit {
  return createGit(options);
}

/** Makes the forges that are configured. Nothing is asked of them yet. */
export function createForges(settings: ForgeSettings, log: Logger): Forge[] {
  return [
    ...(settings.github === null ? [] : [createGithub({ ...settings.github, log })]),
    ...(settings.gitea === null ? [] : [createGitea({ ...settings.gitea, log })]),
  ];
}
