import { createSandboxEngine } from '../../src/sandbox/index.ts';
import { sandboxContract } from '../contract/sandbox.ts';

const path = '/usr/local/bin:/usr/bin:/bin';

sandboxContract('processes', (instanceId) => createSandboxEngine({ kind: 'process', instanceId, path }), {
  skip: process.platform === 'linux' ? false : 'processes are found by /proc, which is Linux’s',
});
