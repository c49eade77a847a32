import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';

/** Makes folders within folders until the innermost can no longer be opened by its path, which is easy with `cd`. */
export async function makeTooDeep(folder: string): Promise<void> {
  const part = 'd'.repeat(200);
  const long = Array.from({ length: 15 }, () => part);
  await mkdir(join(folder, ...long), { recursive: true });
  const other = join(folder, 'other');
  await mkdir(join(other, ...long), { recursive: true });
  await rename(join(other, part), join(folder, ...long, part));
}
