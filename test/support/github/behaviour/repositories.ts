import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { commitFiles, createBareRepository, updateRef, type Files } from '../git/write.ts';
import type { Hub } from '../server/hub.ts';
import type { Account, Installation, Repository, Role } from '../server/model.ts';
import { accountView } from '../views/account.ts';
import { installationView } from '../views/app.ts';
import { nodeId } from '../server/urls.ts';

export interface NewRepository {
  /** The first commit; a README where nothing is given. */
  files?: Files;
  private?: boolean;
  description?: string;
  defaultBranch?: string;
  collaborators?: Record<string, Role>;
  labels?: string[];
}

export async function createRepository(hub: Hub, owner: Account, name: string, options: NewRepository): Promise<Repository> {
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
    checkSuites: [],
    checkRuns: [],
    statuses: [],
    createdAt: at,
    pushedAt: at,
  };
  hub.repositories.push(repository);
  return repository;
}

/** Puts the App on an account, without telling it. */
export function addInstallation(hub: Hub, account: Account, repositories: Repository[] | null): Installation {
  const installation = {
    id: hub.nextId(),
    account,
    permissions: hub.app.permissions,
    repositories: repositories && new Set(repositories.map((repository) => repository.id)),
    createdAt: hub.timestamp(),
  };
  hub.installations.push(installation);
  return installation;
}

export function announceInstallation(hub: Hub, installation: Installation, action: 'created' | 'deleted', sender: Account): void {
  const reached = hub.repositories.filter((repository) => hub.installationOf(repository) === installation);
  hub.deliveries.add('installation', {
    action,
    installation: installationView(hub, installation),
    repositories: reached.map((repository) => ({
      id: repository.id,
      node_id: nodeId('R', repository.id),
      name: repository.name,
      full_name: repository.fullName,
      private: repository.private,
    })),
    sender: accountView(hub, sender),
  });
}
