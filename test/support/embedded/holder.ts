/**
 * A process that holds an embedded server, for tests that kill one: `node holder.ts <data folder> [<module>]`. It writes one
 * line when the start is over, `{ url }` or `{ code }`, and lets go of the server when its input ends.
 */
import { once } from 'node:events';
import { SignalboxError } from '../../../src/errors.ts';
import { createLog } from '../../../src/log.ts';
import type { startEmbeddedPostgres } from '../../../src/store/embedded/index.ts';

const [, , dataDir = '', path = new URL('../../../src/store/embedded/index.ts', import.meta.url).href] = process.argv;
const embedded = (await import(path)) as { startEmbeddedPostgres: typeof startEmbeddedPostgres };
try {
  await using server = await embedded.startEmbeddedPostgres({ dataDir, log: createLog('error', process.stderr) });
  console.log(JSON.stringify({ url: server.url }));
  await once(process.stdin.resume(), 'end');
} catch (error) {
  // A module of another folder has its own class of errors.
  const code = error instanceof SignalboxError || (error instanceof Error && 'code' in error) ? error.code : String(error);
  console.log(JSON.stringify({ code }));
}
