import type Docker from 'dockerode';
import { Creations } from '../creations.ts';
import { allBut, ofAgent, removeUntilNone } from '../remove-until-none.ts';
import type { Premises } from '../remove-until-none.ts';
import type { SandboxEngine } from '../sandbox.ts';
import type { SandboxUser } from '../user.ts';
import { checkDocker } from './check.ts';
import { connectDocker } from './client.ts';
import { createSandbox } from './create.ts';
import { listContainers, removeContainers } from './own-containers.ts';
import type { Workshop } from './workshop.ts';

export interface DockerEngineOptions {
  /** Where the engine answers; the standard socket of this machine when left out. */
  readonly docker?: Docker.DockerOptions;
  readonly image: string;
  /** Whose containers these are: several Signalbox instances may share one Docker engine. */
  readonly instanceId: string;
  /** Who commands run as; never root. It must be able to write to the host folders. */
  readonly user: SandboxUser;
  /**
   * How long an engine that does not answer is waited for: 15 s when left out, twice that to see a container gone, four
   * times that for one request to create, start or remove a container.
   */
  readonly patienceMs?: number;
}

export function createDockerEngine(options: DockerEngineOptions): SandboxEngine {
  const patienceMs = options.patienceMs ?? 15_000;
  const docker = connectDocker(options.docker ?? { socketPath: '/var/run/docker.sock' }, patienceMs);
  const creations = new Creations();
  const workshop: Workshop = { ...options, docker, removalMs: patienceMs * 2, creations };
  const premises: Premises = {
    creations,
    list: () => listContainers(workshop),
    remove: (containers) => removeContainers(workshop, containers),
  };
  return {
    kind: 'docker',
    check: () => checkDocker(docker, options.image),
    create: (spec, signal) => createSandbox(workshop, spec, signal),
    list: premises.list,
    remove: (agentId, signal) => removeUntilNone(premises, ofAgent(agentId), signal),
    sweep: (keep) => removeUntilNone(premises, allBut(keep)),
  };
}
