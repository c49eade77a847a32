import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { commitFiles, createBareRepository, updateRef, type Files } from '../git/write.ts';
import type { ForgeHub } from '../server/hub.ts';
import type { Account, Repository, Role } from '../server/model.ts';

export interface NewRepository {
  /** The first commit; a README where nothing is given. */
  files?: Files;
  private?: boolean;
  description?: string;
  defaultBranch?: string;
  collaborators?: Record<string, Role>;
  labels?: string[];
}

export async function createRepository(hub: ForgeHub, owner: Account, name: string, options: NewRepository): Promise<Repository> {
  const at = hub.timestamp();
  const defaultBranch = options.defaultBranch ?? 'main';
  const gitDir = path.join(hub.root, owner.login, `${name}.git`);
  await mkdir(gitDir, { recursive: true });
  await createBareRepository(gitDir, defaultBranch);
  const author = { name: owner.name ?? owner.login, email: owner.email };
  const files = options.files ?? { 'README.md': `# ${name}\n` };
  const first = await commitFiles(gitDir, null, files, { message: 'First commit', author, date: hub.now() });
  await updateRef(gitDir, `refs/heads/${defaultBranch}`, first);
  const repository: Repository = {
    id: hub.nextId(),
    owner,
    name,
    fullName: `${owner.login}/${name}`,
    private: options.private ?? false,
    description: options.description ?? null,
    defaultBranch,
    gitDir,
    collaborators: new Map(Object.entries(options.collaborators ?? {}).map(([login, role]) => [login.toLowerCase(), role])),
    labels: (options.labels ?? []).map((label) => ({ id: hub.nextId(), name: label, color: 'ededed', description: null })),
    issues: [],
    statuses: [],
    createdAt: at,
    pushedAt: at,
  };
  hub.repositories.push(repository);
  return repository;
}
