import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Push {
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly branch: string;
}

const LOG = 'pushes.log';
const HOOK = `#!/bin/sh
while read -r from to ref; do echo "$(date +%s%3N) $from $to $ref" >> ${LOG}; done
`;

/** Has a repository of the stand-in write down when which branch was pushed. */
export async function logPushes(gitDir: string): Promise<void> {
  await mkdir(join(gitDir, 'hooks'), { recursive: true });
  await writeFile(join(gitDir, 'hooks', 'post-receive'), HOOK);
  await chmod(join(gitDir, 'hooks', 'post-receive'), 0o755);
}

export async function pushesTo(gitDir: string): Promise<Push[]> {
  const text = await readFile(join(gitDir, LOG), 'utf8').catch(() => '');
  const lines = text.split('\n').filter(Boolean);
  return lines.map((line) => {
    const [at = '', from = '', to = '', ref = ''] = line.split(' ');
    return { at: Number(at), from, to, branch: ref.replace('refs/heads/', '') };
  });
}
