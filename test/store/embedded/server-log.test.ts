import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fromOutput } from '../../../src/store/embedded/errors.ts';
import { keepSmall, logSince, openLog } from '../../../src/store/embedded/server-log.ts';
import { dataDir } from '../../support/embedded/embedded.ts';

it('the server’s log is cut when it has grown past 5 MB, under the server that writes it, and its last part is kept', async () => {
  await using folder = await dataDir();
  const path = join(folder.path, 'server.log');
  await using log = await openLog(path);
  await log.write('x'.repeat(5 * 1024 * 1024 + 1));
  await keepSmall(path);
  await log.write('and on\n');
  expect(await readFile(path, 'utf8')).toBe('and on\n');
  expect((await stat(`${path}.1`)).size).toBe(5 * 1024 * 1024 + 1);
});

it('only what was written since a start is read, also when the log was cut meanwhile', async () => {
  await using folder = await dataDir();
  const path = join(folder.path, 'server.log');
  await writeFile(path, 'before\nafter\n');
  expect(await logSince(path, 7)).toBe('after\n');
  expect(await logSince(path, 1000)).toBe('before\nafter\n');
});

it.each([
  { output: 'FATAL:  could not write lock file "postmaster.pid": No space left on device', code: 'database.embedded-disk-full' },
  { output: '2026-01-01 00:00:00 UTC [7] 53100 PANIC:  could not write to file', code: 'database.embedded-disk-full' },
  { output: 'initdb: error: could not access directory "/d": Permission denied', code: 'database.embedded-permission' },
  { output: 'FATAL:  data directory "/d" has wrong ownership', code: 'database.embedded-permission' },
  { output: 'initdb: error: could not look up effective user ID 7: user does not exist', code: 'database.embedded-unknown-user' },
  { output: '', code: 'database.embedded-start-failed' },
])('“$output” is $code', ({ output, code }) => {
  expect(fromOutput(output, { root: '/d', logFile: '/d/server.log' })).toMatchObject({ code, nextStep: expect.stringMatching(/\.$/) });
});
