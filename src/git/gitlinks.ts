import type { Git, GitCall } from './git.ts';

export const GITLINK_MODE = '160000';

/**
 * Takes submodule entries out of an index. git looks into the folder of such an entry and runs itself there, in a
 * repository that the agent may have written, configuration and filters included; without the entry it never does.
 */
export async function removeGitlinks(git: Git, call: GitCall): Promise<void> {
  const { stdout } = await git.ok(['ls-files', '-z', '--stage'], call);
  const lines = entries(stdout).filter((entry) => entry.startsWith(`${GITLINK_MODE} `));
  if (lines.length === 0) return;
  const input = lines.map((line) => `0 ${'0'.repeat(40)}\t${line.slice(line.indexOf('\t') + 1)}\0`).join('');
  await git.ok(['update-index', '-z', '--index-info'], { ...call, input: Buffer.from(input, 'latin1') });
}

/** The submodule entries of a commit, in the form that `update-index --index-info` takes. */
export async function gitlinksOf(git: Git, commit: string, call: GitCall): Promise<readonly { path: string; line: string }[]> {
  const { stdout } = await git.ok(['ls-tree', '-r', '-z', '--full-tree', commit], call);
  return entries(stdout)
    .filter((entry) => entry.startsWith(`${GITLINK_MODE} `))
    .map((line) => ({ path: line.slice(line.indexOf('\t') + 1), line }));
}

function entries(output: Buffer): string[] {
  return output
    .toString('latin1')
    .split('\0')
    .filter((entry) => entry !== '');
}
