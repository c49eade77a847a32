import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createLog } from '../../src/log.ts';
import { createQueue } from '../../src/queue/index.ts';
import { findMarked } from '../../src/sandbox/process/marked-processes.ts';
import type { Look } from './look.ts';
import type { Site } from './site.ts';

const run = promisify(execFile);

/** What runs own and must not leave: each as a sentence. */
export async function leftovers(site: Site, look: Look, instance: string, docker: boolean): Promise<string[]> {
  const folders = [...new Set(site.members.map(({ dataDir }) => dataDir))];
  const inFolders = await Promise.all(folders.map(inFolder));
  const left = [...inFolders.flat(), ...(await processes(instance)), ...(await inDatabase(look))];
  return docker ? [...left, ...(await containers(instance))] : left;
}

async function inFolder(dataDir: string): Promise<string[]> {
  const workspaces = (await readdir(join(dataDir, 'workspaces')).catch(() => [])).map((name) => `a workspace: ${name}`);
  const paths = await readdir(join(dataDir, 'mirrors'), { recursive: true }).catch(() => []);
  const worktrees = paths.filter((path) => /\.git\/worktrees\/[^/]+$/.test(path)).map((path) => `a worktree: ${path}`);
  const locks = paths.filter((path) => /\.git\/.*\.lock$/.test(path)).map((path) => `a lock: ${path}`);
  const mirrors = paths.filter((path) => path.endsWith('.git') && path.split('/').length === 3);
  const refs = await Promise.all(mirrors.map((path) => foreignRefs(join(dataDir, 'mirrors', path))));
  return [...workspaces, ...worktrees, ...locks, ...refs.flat()];
}

async function foreignRefs(gitDir: string): Promise<string[]> {
  const { stdout } = await run('git', ['--git-dir', gitDir, 'for-each-ref', '--format=%(refname)']).catch(() => ({ stdout: '' }));
  return stdout
    .split('\n')
    .filter((ref) => ref !== '' && !ref.startsWith('refs/remotes/origin/'))
    .map((ref) => `a ref: ${ref}`);
}

async function processes(instance: string): Promise<string[]> {
  const mark = `SANDBOX_ID=signalbox:${encodeURIComponent(instance)}:`;
  return (await findMarked((entry) => entry.startsWith(mark))).map(({ pid }) => `a process of a sandbox: ${pid}`);
}

async function inDatabase(look: Look): Promise<string[]> {
  const rows = await look.rows<{ agent_id: string }>('select agent_id from signalbox.checkpoints');
  const stays = await look.rows<{ agent_id: string; host: string }>('select agent_id, host from signalbox.stays');
  return [
    ...rows.map(({ agent_id }) => `a checkpoint of agent ${agent_id}`),
    ...stays.map(({ agent_id, host }) => `what agent ${agent_id} may have on ${host}`),
  ];
}

async function containers(instance: string): Promise<string[]> {
  const { stdout } = await run('docker', [
    'ps',
    '-a',
    '--filter',
    `label=signalbox.instance=${instance}`,
    '--format',
    '{{.Names}} {{.Status}}',
  ]);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => `a container: ${line}`);
}

/** Jobs that the queue still holds. */
export async function jobsLeft(site: Site, instance: string): Promise<string[]> {
  const valkey = site.valkey && { host: '127.0.0.1', port: site.valkey.port, password: null };
  await using queue = await createQueue({ databaseUrl: site.sqlUrl, valkey, instance, log: createLog('silent') });
  const { waiting, active } = await queue.stats();
  return waiting + active === 0 ? [] : [`jobs in the queue: ${waiting} waiting, ${active} active`];
}

/** Advisory locks in the program's own database, which somebody holds now. */
export async function locksHeld(look: Look): Promise<string[]> {
  const rows = await look.rows<{ what: string }>(
    "select l.objid || ' by ' || coalesce(a.application_name, '?') as what from pg_locks l join pg_database d on d.oid = l.database left join pg_stat_activity a on a.pid = l.pid where l.locktype = 'advisory' and d.datname = 'signalbox'",
  );
  return rows.map(({ what }) => `an advisory lock: ${what}`);
}
