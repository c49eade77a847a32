import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import Docker from 'dockerode';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createSandboxEngine, sandboxUser } from '../../../src/sandbox/index.ts';
import type { ExecResult, Sandbox } from '../../../src/sandbox/sandbox.ts';
import { needsDocker, sandboxImage } from '../../support/needs.ts';
import { makeSandboxFolder } from '../../support/sandbox-folder.ts';

const never = new AbortController().signal;
const limits = { memoryMb: 128, cpus: 0.5, processes: 48, tmpMb: 8 };

describe.skipIf(await needsDocker())('a container', () => {
  const docker = new Docker({ socketPath: '/var/run/docker.sock' });
  const instanceId = `test-${randomUUID()}`;
  const engine = createSandboxEngine({ kind: 'docker', image: sandboxImage, instanceId, user: sandboxUser() });
  let folder: string;
  let sandbox: Sandbox;

  beforeAll(async () => {
    folder = await makeSandboxFolder();
    sandbox = await engine.create({ agentId: 'agent-1', role: 'gates', hostFolder: folder, network: 'none', limits }, never);
  });

  afterAll(async () => {
    await sandbox?.[Symbol.asyncDispose]();
    await engine.sweep(new Set());
    await rm(folder, { recursive: true, force: true });
  });

  function shell(line: string, timeoutMs = 20_000): Promise<ExecResult> {
    return sandbox.exec({ argv: ['bash', '-c', line], timeoutMs, maxOutputBytes: 20_000 }, never);
  }

  test('runs commands as a user without a name of the host’s and without root’s group', async () => {
    const { uid, gid } = sandboxUser();
    expect((await shell('id -u; id -g; id -G')).stdout).toBe(`${uid}\n${gid}\n${gid}\n`);
    expect(uid).toBeGreaterThan(0);
  });

  test('gives no capability, and none can be gained', async () => {
    const status = (await shell("grep -E '^(Cap|NoNewPrivs|Seccomp):?' /proc/self/status; grep -E '^Cap' /proc/self/status")).stdout;
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb']) expect(status).toMatch(new RegExp(`${set}:\\s0{16}\\n`));
    expect((await shell("grep -E '^(NoNewPrivs|Seccomp):' /proc/self/status")).stdout).toBe('NoNewPrivs:\t1\nSeccomp:\t2\n');
    expect((await shell('find / -xdev -perm /6000 -type f 2>/dev/null')).stdout).toBe('');
  });

  test('can be written to in the workspace, /tmp and shared memory only', async () => {
    const writable = await shell(
      "find / -xdev -type d -writable -not -path '/proc/*' 2>/dev/null; for d in /etc /usr /var /root /home /opt /dev; do touch $d/x 2>/dev/null && echo $d; done; true",
    );
    expect(writable.stdout.trim().split('\n').sort()).toEqual(['/tmp', '/workspace']);
    expect((await shell('touch /usr/x')).output).toMatch(/Read-only file system|Permission denied/);
  });

  test('has a /tmp that programs can be run from, and that ends at its size', async () => {
    expect((await shell("printf '#!/bin/sh\\necho ran\\n' >/tmp/p; chmod +x /tmp/p; /tmp/p")).stdout).toBe('ran\n');
    const full = await shell('head -c 20M /dev/zero >/tmp/big; stat -c %s /tmp/big; rm /tmp/big');
    expect(full.output).toContain('No space left on device');
    expect(Number(full.stdout)).toBeLessThanOrEqual(limits.tmpMb * 1024 * 1024);
    expect((await shell("grep ' /tmp ' /proc/mounts")).stdout).toMatch(/nosuid,nodev/);
  });

  test('has no network but itself', async () => {
    expect((await shell('ls /sys/class/net')).stdout).toBe('lo\n');
    expect((await shell('tail -n +2 /proc/net/route')).stdout).toBe('');
    // An address that is kept for documentation: https://datatracker.ietf.org/doc/html/rfc5737
    expect((await shell('exec 3<>/dev/tcp/192.0.2.1/80')).output).toContain('Network is unreachable');
  });

  test('has no Docker socket, no device of the host, and nothing of the host’s environment or files', async () => {
    expect((await shell('find / -name "docker*.sock" -not -path "/proc/*" 2>/dev/null')).stdout).toBe('');
    expect((await shell('find /dev -type b')).stdout).toBe('');
    const environments = (await shell("cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n'; cat /proc/[0-9]*/cmdline | tr '\\0' '\\n'"))
      .stdout;
    expect(environments).not.toContain(process.cwd());
    expect(environments).not.toContain(instanceId);
    expect((await shell('hostname')).stdout).toBe('sandbox\n');
  });

  test('cannot be ended from inside', async () => {
    await shell('kill -9 1; kill -9 -1; pkill -9 tail');
    expect((await shell('echo still here')).stdout).toBe('still here\n');
  });

  test('bounds a fork bomb, ends it, and goes on afterwards', async () => {
    const bomb = await shell('bomb() { bomb | bomb & }; bomb; sleep 60', 1_500);
    expect(bomb.timedOut).toBe(true);
    const inside = (await docker.getContainer(sandbox.id).top()).Processes as unknown[];
    expect(inside.length).toBeLessThanOrEqual(3);
    expect((await shell('echo fine')).stdout).toBe('fine\n');
  });

  test('ends a command that sheds its mark and moves away, with the command that started it', async () => {
    const started = await shell('setsid env -i sleep 3600 & sleep 3600', 1_000);
    expect(started.timedOut).toBe(true);
    expect((await shell('pgrep -c sleep')).stdout).toBe('0\n');
  });

  test('ends what eats its memory with exit code 137, and goes on afterwards', async () => {
    const eater = await shell('exec python3 -c "x = bytearray(400 * 1024 * 1024)"');
    expect(eater).toMatchObject({ exitCode: 137, timedOut: false });
    expect((await shell('echo fine')).stdout).toBe('fine\n');
  });

  test('gives a JavaScript and a Python project what their tests run on', async () => {
    const tools = await shell(
      'node --version && npm --version && git --version && make --version && cd /tmp && echo "def test_it(): pass" >test_it.py && python3 -m pytest -q -p no:cacheprovider',
    );
    expect(tools.output).toMatch(/^v24\.[^]*1 passed/);
    expect(tools.exitCode).toBe(0);
  });

  test('carries the labels it is found by, and the flags as the engine reports them', async () => {
    const { Config, HostConfig, Mounts } = await docker.getContainer(sandbox.id).inspect();
    expect(Config.Labels).toMatchObject({ 'signalbox.instance': instanceId, 'signalbox.agent': 'agent-1', 'signalbox.role': 'gates' });
    expect(Config.User).toMatch(/^[1-9]\d*:[1-9]\d*$/);
    expect(Mounts.map(({ Type, Source, Destination, RW }) => ({ Type, Source, Destination, RW }))).toEqual([
      { Type: 'bind', Source: folder, Destination: '/workspace', RW: true },
    ]);
    expect(HostConfig).toMatchObject({
      Memory: 128 * 1024 * 1024,
      MemorySwap: 128 * 1024 * 1024,
      NanoCpus: 5e8,
      PidsLimit: 48,
      CapDrop: ['ALL'],
      CapAdd: null,
      SecurityOpt: ['no-new-privileges:true'],
      Privileged: false,
      ReadonlyRootfs: true,
      NetworkMode: 'none',
      IpcMode: 'private',
      PidMode: '',
      UsernsMode: '',
      Devices: null,
      LogConfig: { Type: 'none' },
      OomScoreAdj: 500,
      Init: true,
      RestartPolicy: { Name: 'no' },
    });
  });
});

describe.skipIf(await needsDocker())('a container that someone else removes', () => {
  const docker = new Docker({ socketPath: '/var/run/docker.sock' });
  const engine = createSandboxEngine({ kind: 'docker', image: sandboxImage, instanceId: `test-${randomUUID()}`, user: sandboxUser() });
  let folder: string;
  let sandbox: Sandbox;

  beforeEach(async () => {
    folder = await makeSandboxFolder();
    sandbox = await engine.create({ agentId: 'a', role: 'agent', hostFolder: folder, network: 'none', limits }, never);
  });

  afterEach(async () => {
    await engine.sweep(new Set());
    await rm(folder, { recursive: true, force: true });
  });

  test('is a sandbox that is gone, for what runs and what comes, and is disposed without a word', async () => {
    let removal: Promise<unknown> | undefined;
    const onOutput = (): void => {
      removal = docker.getContainer(sandbox.id).remove({ force: true });
    };
    const running = sandbox.exec({ argv: ['sh', '-c', 'echo up; sleep 3600'], timeoutMs: 60_000, maxOutputBytes: 100, onOutput }, never);
    await expect(running).rejects.toMatchObject({ code: 'sandbox.gone', retryable: true });
    await removal;
    const after = sandbox.exec({ argv: ['true'], timeoutMs: 20_000, maxOutputBytes: 100 }, never);
    await expect(after).rejects.toMatchObject({ code: 'sandbox.gone' });
    await sandbox[Symbol.asyncDispose]();
  });

  test('or stops, is a sandbox that is gone too, and disposing removes what is left of it', async () => {
    await docker.getContainer(sandbox.id).kill();
    const after = sandbox.exec({ argv: ['true'], timeoutMs: 20_000, maxOutputBytes: 100 }, never);
    await expect(after).rejects.toMatchObject({ code: 'sandbox.gone' });
    await sandbox[Symbol.asyncDispose]();
    await expect(docker.getContainer(sandbox.id).inspect()).rejects.toMatchObject({ statusCode: 404 });
  });
});
