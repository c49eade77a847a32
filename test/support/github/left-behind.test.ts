import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { workFolder } from '../forge/test-clients.ts';

const run = promisify(execFile);

/** A stand-in in a process of its own, which says where it is. */
const HOLDER = `
  const { startGithub } = await import(${JSON.stringify(new URL('./github.ts', import.meta.url).href)});
  const github = await startGithub();
  const { token } = github.addUser('ada');
  await github.addRepository('acme/widget', { collaborators: { ada: 'write' } });
  console.log(JSON.stringify({ url: github.url, token }));
`;

/** Of git, below a process. */
async function backendsOf(ancestor: number): Promise<number[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  const processes = stdout.split('\n').map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []);
  const below = new Set([ancestor]);
  for (const [, pid, parent] of processes) if (below.has(Number(parent))) below.add(Number(pid));
  return processes.filter(([, pid, , args]) => below.has(Number(pid)) && args?.includes('http-backend')).map(([, pid]) => Number(pid));
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a push that waits for its rest ends with a stand-in that is killed', async () => {
  await using work = await workFolder();
  const env = { ...process.env, TMPDIR: work.folder };
  const holder = spawn(process.execPath, ['--input-type=module', '-e', HOLDER], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface(holder.stdout), 'line')) as [string];
  const { url, token } = JSON.parse(line) as { url: string; token: string };
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname).on('error', () => {});
  const credential = Buffer.from(`ada:${token}`).toString('base64');
  const type = 'content-type: application/x-git-receive-pack-request';
  const head = `POST /acme/widget.git/git-receive-pack HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Basic ${credential}\r\n${type}`;
  socket.write(`${head}\r\ncontent-length: 600\r\n\r\n00`);
  const backends = await vi.waitUntil(async () => {
    const found = await backendsOf(holder.pid!);
    return found.length > 1 && found;
  }, 20_000);
  holder.kill('SIGKILL');
  await once(holder, 'exit');
  await vi.waitUntil(() => !backends.some(lives), 20_000);
  expect(backends.filter(lives)).toEqual([]);
});
