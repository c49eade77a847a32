import Docker from 'dockerode';
import { SignalboxError } from '../../errors.ts';
import { ensureHome } from '../home.ts';
import type { Sandbox, SandboxEngine, SandboxSpec } from '../sandbox.ts';
import type { SandboxUser } from '../user.ts';
import { checkDocker } from './check.ts';
import { containerName, containerOptions, labels } from './container.ts';
import { DockerSandbox } from './docker-sandbox.ts';
import { engineError } from './errors.ts';
import { removeContainer } from './remove.ts';

export interface DockerEngineOptions {
  /** Where the engine answers; the standard socket of this machine when left out. */
  readonly docker?: Docker.DockerOptions;
  readonly image: string;
  /** Whose containers these are: several Signalbox instances may share one Docker engine. */
  readonly instanceId: string;
  /** Who commands run as; never root. It must be able to write to the host folders. */
  readonly user: SandboxUser;
}

export function createDockerEngine(options: DockerEngineOptions): SandboxEngine {
  const docker = new Docker(options.docker ?? { socketPath: '/var/run/docker.sock' });
  return {
    kind: 'docker',
    check: () => checkDocker(docker, options.image),
    create: (spec, signal) => createSandbox(docker, options, spec, signal),
    sweep: (keep) => sweep(docker, options, keep),
  };
}

async function createSandbox(docker: Docker, options: DockerEngineOptions, spec: SandboxSpec, signal: AbortSignal): Promise<Sandbox> {
  signal.throwIfAborted();
  refuseRoot(options.user);
  const name = containerName(spec);
  await ensureHome(spec.hostFolder, options.user);
  try {
    const container = await docker.createContainer({ name, ...containerOptions(spec, options.image, options.instanceId, options.user) });
    signal.throwIfAborted();
    await container.start();
    signal.throwIfAborted();
    return new DockerSandbox(docker, container, options.image, options.user);
  } catch (error) {
    // By name: the engine may have made it although its answer never came. What cannot be removed now, sweep removes.
    await removeContainer(docker, name).catch(() => {});
    if (signal.aborted) throw signal.reason;
    throw engineError(error, options.image);
  }
}

function refuseRoot(user: SandboxUser): void {
  if (user.uid > 0 && user.gid > 0) return;
  throw new SignalboxError('sandbox.start-failed', 'A sandbox never runs commands as root.', {
    nextStep: 'Give the sandbox a user and a group other than 0.',
  });
}

async function sweep(docker: Docker, options: DockerEngineOptions, keep: ReadonlySet<string>): Promise<number> {
  try {
    const own = await docker.listContainers({ all: true, filters: { label: [`${labels.instance}=${options.instanceId}`] } });
    const left = own.filter((container) => !keep.has(container.Labels[labels.agent] ?? ''));
    await Promise.all(left.map((container) => removeContainer(docker, container.Id)));
    return left.length;
  } catch (error) {
    throw engineError(error, options.image);
  }
}
