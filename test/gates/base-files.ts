import type { BaseFiles } from '../../gates/gate.ts';

/** A base branch that is a table of path → text. */
export function baseFiles(files: Readonly<Record<string, string>>): BaseFiles {
  return {
    read: async (path) => (Object.hasOwn(files, path) ? (files[path] ?? null) : null),
    list: async () => Object.keys(files),
  };
}
