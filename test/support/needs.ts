import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { createSandboxEngine, sandboxUser } from '../../src/sandbox/index.ts';

const run = promisify(execFile);

/** Made by `.ci/make-sandbox-image`, or with `docker build -f Dockerfile.sandbox`. */
export const sandboxImage = 'signalbox-sandbox:latest';

/**
 * What a test needs from the machine beyond Node and git: `false` when it is there, otherwise the reason why not. The
 * reason is printed, and where CI=true it is a failure: a suite that skips itself there proves nothing.
 *
 *   const missing = await needsDocker();
 *   describe.skipIf(missing)('…', () => { … });
 */
export async function needsDocker(): Promise<string | false> {
  const engine = createSandboxEngine({ kind: 'docker', image: sandboxImage, instanceId: 'needs', user: sandboxUser() });
  const { ok, detail } = await engine.check();
  return ok ? false : missing(`needs Docker with the image ${sandboxImage}: ${detail}`);
}

export async function needsValkey(): Promise<string | false> {
  for (const server of valkeyServers) {
    const found = await run(server, ['--version']).then(
      () => true,
      () => false,
    );
    if (found) return false;
  }
  return missing(`needs ${valkeyServers.join(' or ')} on the PATH: \`sudo apt-get install redis-server\``);
}

/** For the tests of the dashboard: a browser that is on the PATH. */
export async function needsChromium(): Promise<string | false> {
  return (await findChromium()) === null
    ? missing(`needs ${CHROMIUMS.join(' or ')} on the PATH: \`sudo apt-get install chromium\``)
    : false;
}

/** Where it is; null: nowhere. */
export async function findChromium(): Promise<string | null> {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  for (const path of CHROMIUMS.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    const found = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return null;
}

const CHROMIUMS = ['chromium', 'chromium-browser', 'google-chrome'] as const;

export const valkeyServers = ['valkey-server', 'redis-server'] as const;

function missing(reason: string): string {
  if (process.env['CI'] === 'true') throw new Error(reason);
  console.warn(`skipped: ${reason}`);
  return reason;
}
