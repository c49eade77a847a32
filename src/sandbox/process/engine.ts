import { randomUUID } from 'node:crypto';
import { delimiter, dirname } from 'node:path';
import { removedBy } from '../abort.ts';
import { Creations } from '../creations.ts';
import { ensureHome } from '../home.ts';
import { allBut, ofAgent, removeUntilNone } from '../remove-until-none.ts';
import type { Premises } from '../remove-until-none.ts';
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
  const premises: Premises = {
    creations: new Creations(),
    list: () => listSandboxes(owner),
    remove: (sandboxes) => endSandboxes(owner, sandboxes),
  };
  return {
    kind: 'process',
    check: async () => ({
      ok: true,
      detail:
        'No sandbox: commands run as this user on this machine and can read and change whatever this user can. For the demo and for code that you trust only.',
    }),
    create(spec, signal) {
      const creation = createSandbox(owner, path, spec, signal);
      premises.creations.add(spec.agentId, creation);
      return creation;
    },
    list: premises.list,
    remove: (agentId, signal) => removeUntilNone(premises, ofAgent(agentId), signal),
    sweep: (keep) => removeUntilNone(premises, allBut(keep)),
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
  return removedBy(signal, sandbox);
}

/**
 * A sandbox here is nothing but its processes, so those found are the sandboxes there are, also after a crash of the
 * worker. No record of process ids is kept that could go stale: the processes carry the mark themselves.
 */
async function listSandboxes(owner: string): Promise<ListedSandbox[]> {
  const found = await findMarked((entry) => sandboxOf(owner, entry) !== undefined);
  return [...new Set(found.map(({ entry }) => entry))].map((entry) => sandboxOf(owner, entry)).filter((sandbox) => sandbox !== undefined);
}

async function endSandboxes(owner: string, sandboxes: readonly ListedSandbox[]): Promise<void> {
  const ids = new Set(sandboxes.map(({ id }) => id));
  await endMarked((entry) => ids.has(sandboxOf(owner, entry)?.id ?? ''));
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
