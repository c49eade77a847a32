import type { BaseFiles } from '../gate.ts';

/** Reads each file of the base branch once: every gate asks for the same ones. */
export function cachedFiles(base: BaseFiles): BaseFiles {
  const texts = new Map<string, Promise<string | null>>();
  let paths: Promise<readonly string[]> | null = null;
  return {
    read: (path) => {
      const text = texts.get(path) ?? base.read(path);
      texts.set(path, text);
      return text;
    },
    list: () => (paths ??= base.list()),
  };
}
