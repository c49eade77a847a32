import { execFile } from 'node:child_process';
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

export const valkeyServers = ['valkey-server', 'redis-server'] as const;

function missing(reason: string): string {
  if (process.env['CI'] === 'true') throw new Error(reason);
  console.warn(`skipped: ${reason}`);
  return reason;
}
