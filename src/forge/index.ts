import type { Logger } from '../log.ts';
import type { Forge } from './forge.ts';
import { createGithub, type GithubOptions } from './github/github.ts';

export interface ForgeSettings {
  /** null: GitHub is off. */
  readonly github: Omit<GithubOptions, 'log'> | null;
}

/** Makes the forges that are configured. Nothing is asked of them yet. */
export function createForges(settings: ForgeSettings, log: Logger): Forge[] {
  return settings.github === null ? [] : [createGithub({ ...settings.github, log })];
}
