import type Docker from 'dockerode';
import { SignalboxError } from '../../errors.ts';
import { removedBy, unlessAborted } from '../abort.ts';
import { ensureHome } from '../home.ts';
import type { Sandbox, SandboxSpec } from '../sandbox.ts';
import type { SandboxUser } from '../user.ts';
import { containerName, containerOptions } from './container.ts';
import { DockerSandbox } from './docker-sandbox.ts';
import { engineError, isUnreachable } from './errors.ts';
import { removeContainer } from './remove.ts';
import type { Workshop } from './workshop.ts';

export async function createSandbox(workshop: Workshop, spec: SandboxSpec, signal: AbortSignal): Promise<Sandbox> {
  signal.throwIfAborted();
  refuseRoot(workshop.user);
  await ensureHome(spec.hostFolder, workshop.user);
  signal.throwIfAborted();
  const name = containerName(spec);
  const making = make(workshop, name, spec, signal);
  // The engine may make it although its answer never comes, and it cannot be removed before it is made.
  const made = making.catch(async (error: unknown) => {
    const removal = removeContainer(workshop.docker, name, workshop.removalMs);
    workshop.creations.add(spec.agentId, removal);
    // What cannot be removed now, sweep removes; an engine that is away is not waited for.
    if (!isUnreachable(error)) await removal.catch(() => {});
    throw error;
  });
  workshop.creations.add(spec.agentId, made);
  try {
    const container = await unlessAborted(made, signal);
    return removedBy(signal, new DockerSandbox(workshop, container));
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw engineError(error, workshop.image);
  }
}

async function make(workshop: Workshop, name: string, spec: SandboxSpec, signal: AbortSignal): Promise<Docker.Container> {
  const { docker, image, instanceId, user } = workshop;
  const container = await docker.createContainer({ name, ...containerOptions(spec, image, instanceId, user) });
  signal.throwIfAborted();
  await container.start();
  signal.throwIfAborted();
  return container;
}

function refuseRoot(user: SandboxUser): void {
  if (user.uid > 0 && user.gid > 0) return;
  throw new SignalboxError('sandbox.start-failed', 'A sandbox never runs commands as root.', {
    nextStep: 'Give the sandbox a user and a group other than 0.',
  });
}
