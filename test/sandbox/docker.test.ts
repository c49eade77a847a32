import { createSandboxEngine, sandboxUser } from '../../src/sandbox/index.ts';
import { sandboxContract } from '../contract/sandbox.ts';
import { needsDocker, sandboxImage } from '../support/needs.ts';

sandboxContract('Docker', (instanceId) => createSandboxEngine({ kind: 'docker', image: sandboxImage, instanceId, user: sandboxUser() }), {
  skip: await needsDocker(),
});
