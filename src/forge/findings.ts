import type { Finding } from '../domain/finding.ts';

/** The file of the repository that a finding names; null for one that a forge would not take. */
export function fileOf({ path }: Pick<Finding, 'path'>): string | null {
  const file = path?.replace(/^(?:\.\/)+/, '') ?? '';
  return file === '' || file.startsWith('/') || file.split('/').includes('..') ? null : file;
}
