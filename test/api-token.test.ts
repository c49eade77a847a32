import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { apiTokenFile, ensureApiToken, readApiToken } from '../src/api-token.ts';
import { makeScratch } from './support/git/scratch.ts';

describe('the API’s token', () => {
  it('is made once, at random, for its own user alone', async () => {
    await using folder = await makeScratch();
    const dataDir = join(folder.dir, 'data');
    expect(await readApiToken(dataDir)).toBeNull();
    const token = await ensureApiToken(dataDir);
    expect(token).toMatch(/^[\w-]{43}$/);
    expect((await stat(apiTokenFile(dataDir))).mode & 0o777).toBe(0o600);
    expect(await ensureApiToken(dataDir)).toBe(token);
    expect(await readApiToken(dataDir)).toBe(token);
    expect(await readdir(dataDir)).toEqual(['api-token']);
    expect(await ensureApiToken(join(folder.dir, 'other'))).not.toBe(token);
  });

  it('is one, however many servers start at once', async () => {
    await using folder = await makeScratch();
    const tokens = await Promise.all(Array.from({ length: 20 }, () => ensureApiToken(folder.dir)));
    expect(new Set(tokens).size).toBe(1);
    expect(await readdir(folder.dir)).toEqual(['api-token']);
  });

  it('may be put there by hand, if it is long enough', async () => {
    await using folder = await makeScratch();
    await writeFile(apiTokenFile(folder.dir), 'a-token-of-my-own-choice\n');
    expect(await ensureApiToken(folder.dir)).toBe('a-token-of-my-own-choice');
    await writeFile(apiTokenFile(folder.dir), 'short\n');
    await expect(ensureApiToken(folder.dir)).rejects.toMatchObject({ code: 'api-token.too-short' });
    expect(await readFile(apiTokenFile(folder.dir), 'utf8')).toBe('short\n');
  });

  it.skipIf(process.getuid?.() === 0)('of another user is named as that', async () => {
    await using folder = await makeScratch();
    await ensureApiToken(folder.dir);
    await chmod(apiTokenFile(folder.dir), 0);
    await expect(readApiToken(folder.dir)).rejects.toMatchObject({ code: 'api-token.unreadable' });
  });
});
