import { readdir, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { machineName } from '../src/machine-name.ts';
import { makeScratch } from './support/git/scratch.ts';

describe('a machine’s name', () => {
  it('is made once for a DATA_DIR, however many processes start at once, and says where it was made', async () => {
    await using folder = await makeScratch();
    const dataDir = join(folder.dir, 'data');
    const names = await Promise.all(Array.from({ length: 20 }, () => machineName(dataDir)));
    expect(new Set(names).size).toBe(1);
    expect(names[0]!.replace(/[0-9a-f]{6}$/, '')).toBe(`${hostname()}/`);
    expect(await machineName(dataDir)).toBe(names[0]);
    expect(await readdir(dataDir)).toEqual(['machine']);
  });

  it('is another one for another DATA_DIR, and stays when the host gets another name', async () => {
    await using folder = await makeScratch();
    expect(await machineName(join(folder.dir, 'a'))).not.toBe(await machineName(join(folder.dir, 'b')));
    await writeFile(join(folder.dir, 'machine'), 'an-earlier-container/123456\n');
    expect(await machineName(folder.dir)).toBe('an-earlier-container/123456');
  });

  it('of a DATA_DIR that is no folder is an error that names it', async () => {
    await using folder = await makeScratch();
    const file = join(folder.dir, 'file');
    await writeFile(file, '');
    await expect(machineName(file)).rejects.toMatchObject({
      code: 'machine.unreadable',
      message: expect.stringContaining(file) as string,
    });
  });
});
