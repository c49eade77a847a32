import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createSandboxEngine } from '../../../src/sandbox/index.ts';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';

export interface AgentSandbox extends AsyncDisposable {
  readonly sandbox: Sandbox;
  /** The repository's folder on the host. */
  readonly repository: string;
  write(path: string, content: string | Buffer): Promise<void>;
  read(path: string): Promise<string>;
}

/** A process sandbox on a folder of its own, with a repository folder in it: real commands, no container. */
export async function openAgentSandbox(): Promise<AgentSandbox> {
  const hostFolder = await mkdtemp(join(tmpdir(), 'agent-sandbox-'));
  const repository = join(hostFolder, 'repo');
  await mkdir(repository);
  const engine = createSandboxEngine({ kind: 'process', instanceId: `test-${process.pid}`, path: '/usr/local/bin:/usr/bin:/bin' });
  const limits = { memoryMb: 256, cpus: 1, processes: 100, tmpMb: 64 };
  const sandbox = await engine.create(
    { agentId: 'agent', role: 'agent', hostFolder, network: 'none', limits },
    new AbortController().signal,
  );
  return {
    sandbox,
    repository,
    async write(path, content) {
      await mkdir(dirname(join(repository, path)), { recursive: true });
      await writeFile(join(repository, path), content);
    },
    read: (path) => readFile(join(repository, path), 'utf8'),
    async [Symbol.asyncDispose]() {
      await sandbox[Symbol.asyncDispose]();
      await rm(hostFolder, { recursive: true, force: true });
    },
  };
}
