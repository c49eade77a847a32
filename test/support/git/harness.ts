import { join } from 'node:path';
import { Git } from '../../../src/git/git.ts';
import { ensureMirror, type Mirror } from '../../../src/git/mirror.ts';
import { createWorkspace, type Workspace } from '../../../src/git/workspace.ts';
import { makeOrigin, type Content, type Origin } from './origin.ts';
import { makeScratch, type Scratch } from './scratch.ts';

export interface Harness extends AsyncDisposable {
  readonly scratch: Scratch;
  readonly dataDir: string;
  readonly git: Git;
  readonly origin: Origin;
  /** The remote's main branch. */
  readonly base: string;
  readonly remote: { url: string; authorization: string };
  mirror(): Promise<Mirror>;
  workspace(agentId?: string): Promise<Workspace>;
}

export const HOME_FILES: Readonly<Record<string, Content>> = {
  'README.md': '# A project\n',
  'src/sum.js': 'export function sum(a, b) {\n  return a - b;\n}\n',
  'run.sh': { run: '#!/bin/sh\necho hello\n' },
  '.gitignore': 'node_modules/\n*.log\n',
};

/** A remote with one commit, and an empty DATA_DIR. */
export async function makeHarness(files: Readonly<Record<string, Content>> = HOME_FILES): Promise<Harness> {
  const scratch = await makeScratch();
  const dataDir = join(scratch.dir, 'data');
  const git = new Git();
  const origin = await makeOrigin(join(scratch.dir, 'widgets.git'));
  const base = await origin.commit('main', files);
  const remote = { url: origin.dir, authorization: '' };
  const mirror = () => ensureMirror(git, { dataDir, forge: 'github', repository: 'acme/widgets' }, remote);
  return {
    scratch,
    dataDir,
    git,
    origin,
    base,
    remote,
    mirror,
    async workspace(agentId = 'agent-1') {
      return createWorkspace(git, { dataDir, mirror: await mirror(), agentId, branch: 'agent/7-fix-the-sum', startPoint: base });
    },
    [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose](),
  };
}
