import { posix } from 'node:path';

/** What every command sees, whatever the engine: nothing of Signalbox's own environment. PATH is the engine's. */
export function cleanEnvironment(root: string): Record<string, string> {
  return {
    HOME: posix.join(root, 'home'),
    LANG: 'C.UTF-8',
    CI: 'true',
    TERM: 'dumb',
    GIT_TERMINAL_PROMPT: '0',
  };
}
