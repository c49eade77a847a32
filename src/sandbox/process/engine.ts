import { randomUUID } from 'node:crypto';
import { delimiter, dirname } from 'node:path';
import { unlessAborted } from '../abort.ts';
import { ensureHome } from '../home.ts';
import type { ListedSandbox, Sandbox, SandboxEngine, SandboxSpec } from '../sandbox.ts';
import { startKeeper } from './keeper.ts';
import { endMarked, findMarked } from './marked-processes.ts';
import { asVariable, ProcessSandbox } from './process-sandbox.ts';

export interface ProcessEngineOptions {
  /** Whose processes these are: an earlier run of the same instance is swept, another instance is not. */
  readonly instanceId: string;
  /** The PATH of the commands. The folder of the running Node comes before it. */
  readonly path: string;
}

const markName = 'SANDBOX_ID';

/** Commands as plain child processes of the worker: for the demo, and by explicit choice. It isolates nothing. */
export function createProcessEngine(options: ProcessEngineOptions): SandboxEngine {
  const owner = `signalbox:${encodeURIComponent(options.instanceId)}:`;
  const path = [dirname(process.execPath), options.path].join(delimiter);
  return {
    kind: 'process',
    check: async () => ({
      ok: true,
      detail:
        'No sandbox: commands run as this user on this machine and can read and change whatever this user can. For the demo and for code that you trust only.',
    }),
    create: (spec, signal) => createSandbox(owner, path, spec, signal),
    list: () => listSandboxes(owner, () => true),
    remove: (agentId, signal) => unlessAborted(removeSandboxes(owner, (ofAgent) => ofAgent === agentId), signal),
    sweep: (keep) => removeSandboxes(owner, (ofAgent) => !keep.has(ofAgent)),
  };
}

async function createSandbox(owner: string, path: string, spec: SandboxSpec, signal: AbortSignal): Promise<Sandbox> {
  signal.throwIfAborted();
  await ensureHome(spec.hostFolder);
  signal.throwIfAborted();
  const id = randomUUID();
  const mark = { name: markName, value: `${owner}${encodeURIComponent(spec.agentId)}:${id}` };
  const keeper = await startKeeper(asVariable(mark));
  const sandbox = new ProcessSandbox({ mark, keeper, id, root: spec.hostFolder, path });
  if (signal.aborted) await sandbox[Symbol.asyncDispose]();
  signal.throwIfAborted();
  return sandbox;
}

/**
 * A sandbox here is nothing but its processes, so those found are the sandboxes there are, also after a crash of the
 * worker. No record of process ids is kept that could go stale: the processes carry the mark themselves.
 */
async function listSandboxes(owner: string, isMeant: (agentId: string) => boolean): Promise<ListedSandbox[]> {
  const entries = new Set((await findMarked(isMarkOf(owner, isMeant))).map(({ entry }) => entry));
  return [...entries].map((entry) => sandboxOf(owner, entry)).filter((sandbox) => sandbox !== undefined);
}

async function removeSandboxes(owner: string, isMeant: (agentId: string) => boolean): Promise<number> {
  const found = await listSandboxes(owner, isMeant);
  await endMarked(isMarkOf(owner, isMeant));
  return found.length;
}

function isMarkOf(owner: string, isMeant: (agentId: string) => boolean): (entry: string) => boolean {
  return (entry) => {
    const sandbox = sandboxOf(owner, entry);
    return sandbox !== undefined && isMeant(sandbox.agentId);
  };
}

function sandboxOf(owner: string, entry: string): ListedSandbox | undefined {
  const start = `${markName}=${owner}`;
  if (!entry.startsWith(start)) return undefined;
  const [agentId = '', id = ''] = entry.slice(start.length).split(':');
  try {
    return { agentId: decodeURIComponent(agentId), id };
  } catch {
    // Not written by us.
    return undefined;
  }
}
