import { randomBytes } from 'node:crypto';
import type { ContainerCreateOptions } from 'dockerode';
import { cleanEnvironment } from '../environment.ts';
import type { SandboxSpec } from '../sandbox.ts';
import type { SandboxUser } from '../user.ts';

export const workspaceRoot = '/workspace';

export const labels = {
  instance: 'signalbox.instance',
  agent: 'signalbox.agent',
  role: 'signalbox.role',
} as const;

const megabyte = 1024 * 1024;

/** Unique, and readable in `docker ps`. Known before the container exists, so that a failed create can be undone. */
export function containerName(spec: SandboxSpec): string {
  const readable = `${spec.agentId.slice(0, 24)}-${spec.role}`.replace(/[^a-zA-Z0-9_.-]/g, '-');
  return `signalbox-${readable}-${randomBytes(4).toString('hex')}`;
}

/**
 * The long-lived process of the container belongs to another user than the commands. So no command can end it, and
 * `kill -9 -1` as the commands' user ends exactly the commands.
 */
export function keeperOf(user: SandboxUser): SandboxUser {
  return user.uid === 65534 ? { uid: 65533, gid: 65533 } : { uid: 65534, gid: 65534 };
}

export function containerOptions(spec: SandboxSpec, image: string, instanceId: string, user: SandboxUser): ContainerCreateOptions {
  const keeper = keeperOf(user);
  return {
    Image: image,
    User: `${keeper.uid}:${keeper.gid}`,
    WorkingDir: workspaceRoot,
    Hostname: 'sandbox',
    // PATH is the image's own: a toolchain's image knows where its tools are.
    Env: Object.entries(cleanEnvironment(workspaceRoot)).map(([name, value]) => `${name}=${value}`),
    Entrypoint: ['tail', '-f', '/dev/null'],
    Cmd: [],
    Labels: { [labels.instance]: instanceId, [labels.agent]: spec.agentId, [labels.role]: spec.role },
    HostConfig: hostConfig(spec),
  };
}

function hostConfig(spec: SandboxSpec): ContainerCreateOptions['HostConfig'] {
  const memory = spec.limits.memoryMb * megabyte;
  return {
    // A mount, not a bind: a folder that does not exist is an error instead of an empty folder made by root.
    Mounts: [{ Type: 'bind', Source: spec.hostFolder, Target: workspaceRoot, ReadOnly: false, BindOptions: { Propagation: 'rprivate' } }],
    ReadonlyRootfs: true,
    // Executable, because compilers and test runners write programs there and run them.
    Tmpfs: { '/tmp': `rw,exec,nosuid,nodev,mode=1777,size=${spec.limits.tmpMb}m` },
    Init: true,
    Memory: memory,
    MemorySwap: memory,
    NanoCpus: Math.round(spec.limits.cpus * 1e9),
    PidsLimit: spec.limits.processes,
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges:true'],
    Privileged: false,
    NetworkMode: spec.network,
    // Private rather than none: semaphores of test runners live in /dev/shm, which counts as the container's memory.
    IpcMode: 'private',
    ShmSize: Math.min(64, Math.ceil(spec.limits.memoryMb / 4)) * megabyte,
    Ulimits: [
      { Name: 'nofile', Soft: 4096, Hard: 4096 },
      { Name: 'core', Soft: 0, Hard: 0 },
    ],
    OomScoreAdj: 500,
    LogConfig: { Type: 'none', Config: {} },
    RestartPolicy: { Name: 'no' },
  };
}
