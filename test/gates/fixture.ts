import { readFile } from 'node:fs/promises';

/** Where the recorded outputs say that they ran. */
export const ROOT = '/workspace/repo';

/** A small output that the tool itself printed, with its folder renamed to ROOT. */
export function fixture(name: string): Promise<string> {
  return readFile(new URL(`fixtures/${name}`, import.meta.url), 'utf8');
}
