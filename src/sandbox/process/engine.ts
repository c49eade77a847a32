import { randomUUID } from 'node:crypto';
import { delimiter, dirname } from 'node:path';
import { ensureHome } from '../home.ts';
import type { Sandbox, SandboxEngine, SandboxSpec } from '../sandbox.ts';
import { endMarked, findMarked } from './marked-processes.ts';
import { ProcessSandbox } from './process-sandbox.ts';

export interface ProcessEngineOptions {
  /** Whose processes these are: an earlier run of the same instance is swept, another instance is not. */
  readonly instanceId: string;
  /** The PATH of the commands. The folder of the running Node comes before it. */
  readonly path: string;
}

/** Commands as plain child processes of the worker: for the demo, and by explicit choice. It isolates nothing. */
export function createProcessEngine(options: ProcessEngineOptions): SandboxEngine {
  const owner = `SANDBOX_ID=signalbox:${encodeURIComponent(options.instanceId)}:`;
  const path = [dirname(process.execPath), options.path].join(delimiter);
  return {
    kind: 'process',
    check: async () => ({
      ok: true,
      detail:
        'No sandbox: commands run as this user on this machine and can read and change whatever this user can. For the demo and for code that you trust only.',
    }),
    create: (spec, signal) => createSandbox(owner, path, spec, signal),
    sweep: (keep) => sweep(owner, keep),
  };
}

async function createSandbox(owner: string, path: string, spec: SandboxSpec, signal: AbortSignal): Promise<Sandbox> {
  signal.throwIfAborted();
  await ensureHome(spec.hostFolder);
  signal.throwIfAborted();
  const id = randomUUID();
  return new ProcessSandbox(`${owner}${encodeURIComponent(spec.agentId)}:${id}`, id, spec.hostFolder, path);
}

/**
 * A sandbox here is nothing but its processes, so those found are the sandboxes there are, also after a crash of the
 * worker. No record of process ids is kept that could go stale: the processes carry the mark themselves.
 */
async function sweep(owner: string, keep: ReadonlySet<string>): Promise<number> {
  const kept = new Set([...keep].map((agentId) => encodeURIComponent(agentId)));
  function isSwept(entry: string): boolean {
    return entry.startsWith(owner) && !kept.has(entry.slice(owner.length).split(':')[0] ?? '');
  }
  const found = await findMarked(isSwept);
  await endMarked(isSwept);
  return new Set(found.map((process) => process.entry)).size;
}
