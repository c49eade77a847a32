import { execa } from 'execa';
import { SignalboxError } from '../errors.ts';

/** Who owns what a sandbox may write. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Gives a folder and all in it to `owner`, links themselves and not what they point to. Nothing happens unless the host is root. */
export async function giveTree(folder: string, owner: Owner | undefined): Promise<void> {
  if (owner === undefined || process.getuid?.() !== 0) return;
  await systemTool('chown', ['-hR', '--', `${owner.uid}:${owner.gid}`, folder]);
}

/**
 * Removes a folder that something hostile wrote in: without permissions, with strange names, deeper than the longest
 * path. The system's `rm` walks by file descriptors and never follows a link, which Node's own does not do for paths
 * that are too long. A folder that is not there is fine.
 */
export async function removeTree(folder: string): Promise<void> {
  const first = await execaQuiet('rm', ['-rf', '--one-file-system', '--', folder]);
  if (first.exitCode === 0) return;
  await execaQuiet('chmod', ['-R', 'u+rwX', '--', folder]);
  const second = await execaQuiet('rm', ['-rf', '--one-file-system', '--', folder]);
  if (second.exitCode === 0) return;
  throw new SignalboxError('git.folder-not-removed', `A folder of an agent could not be removed: ${second.stderr.slice(-300)}`, {
    nextStep: `Remove ${folder} by hand as the user who owns the files in it.`,
    retryable: true,
  });
}

async function systemTool(name: string, args: readonly string[]): Promise<void> {
  const result = await execaQuiet(name, args);
  if (result.exitCode === 0) return;
  throw new SignalboxError('git.files-failed', `${name} failed: ${result.stderr.slice(-300)}`, {
    nextStep: 'Check the permissions of DATA_DIR.',
  });
}

async function execaQuiet(name: string, args: readonly string[]): Promise<{ exitCode: number | undefined; stderr: string }> {
  const result = await execa(name, args, {
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
    extendEnv: false,
    cwd: '/',
    reject: false,
    stdin: 'ignore',
    stdout: 'ignore',
  });
  return { exitCode: result.exitCode, stderr: result.stderr };
}
