import { generateKeyPairSync, createPublicKey, type KeyObject } from 'node:crypto';
import type { Deliveries } from '../webhooks/deliveries.ts';
import { notFound } from './errors.ts';
import { createLock } from './lock.ts';
import type { Account, Installation, Permissions, Repository } from './model.ts';
import { Tokens } from './tokens.ts';
import type { Urls } from './urls.ts';

export interface App {
  id: number;
  slug: string;
  name: string;
  owner: Account;
  bot: Account;
  publicKey: KeyObject;
  permissions: Permissions;
  events: string[];
  createdAt: string;
}

export interface AppOptions {
  id?: number;
  slug?: string;
  name?: string;
  /** PEM. A new key is made if none is given. */
  privateKey?: string;
  permissions?: Permissions;
  events?: string[];
}

const DEFAULT_PERMISSIONS: Permissions = {
  checks: 'write',
  contents: 'write',
  issues: 'write',
  metadata: 'read',
  pull_requests: 'write',
  statuses: 'write',
};

const DEFAULT_EVENTS = ['check_run', 'check_suite', 'issue_comment', 'issues', 'pull_request', 'pull_request_review', 'push'];

/** Everything that the routes work on: one per server, passed to whoever needs it. */
export class Hub {
  readonly root: string;
  readonly urls: Urls;
  readonly tokens: Tokens;
  readonly deliveries: Deliveries;
  readonly accounts: Account[] = [];
  readonly repositories: Repository[] = [];
  readonly installations: Installation[] = [];
  readonly app: App;
  readonly privateKey: string;
  readonly now: () => number;
  readonly #locks = new Map<Repository, ReturnType<typeof createLock>>();
  #lastId = 1000;

  constructor(options: { root: string; urls: Urls; deliveries: Deliveries; now: () => number; app: AppOptions }) {
    this.root = options.root;
    this.urls = options.urls;
    this.deliveries = options.deliveries;
    this.now = options.now;
    this.tokens = new Tokens(options.now);
    this.privateKey = options.app.privateKey ?? generatePrivateKey();
    this.app = this.#createApp(options.app);
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** Now, to the second, as GitHub writes times. */
  timestamp(): string {
    return new Date(this.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  }

  addAccount(login: string, type: Account['type'], name: string | null = null): Account {
    if (this.findAccount(login)) throw new Error(`there is a ${login} already`);
    const id = this.nextId();
    const account = { id, login, type, name, email: `${id}+${login}@users.noreply.github.com`, createdAt: this.timestamp() };
    this.accounts.push(account);
    return account;
  }

  findAccount(login: string): Account | undefined {
    return this.accounts.find((account) => account.login.toLowerCase() === login.toLowerCase());
  }

  account(login: string): Account {
    const account = this.findAccount(login);
    if (!account) throw notFound();
    return account;
  }

  repository(fullName: string): Repository {
    const found = this.repositories.find((repository) => repository.fullName.toLowerCase() === fullName.toLowerCase());
    if (!found) throw notFound();
    return found;
  }

  installationOf(repository: Repository): Installation | undefined {
    return this.installations.find(
      ({ account, repositories }) => account === repository.owner && (repositories === null || repositories.has(repository.id)),
    );
  }

  /** Whatever moves a repository's refs waits its turn here, and sees what the one before it left. */
  async exclusively<T>(repository: Repository, work: () => Promise<T>): Promise<T> {
    const lock = this.#locks.get(repository) ?? createLock();
    this.#locks.set(repository, lock);
    return lock(work);
  }

  #createApp(options: AppOptions): App {
    const slug = options.slug ?? 'signalbox';
    return {
      id: options.id ?? 1,
      slug,
      name: options.name ?? slug,
      owner: this.addAccount(`${slug}-makers`, 'Organization'),
      bot: this.addAccount(`${slug}[bot]`, 'Bot'),
      publicKey: createPublicKey(this.privateKey),
      permissions: options.permissions ?? DEFAULT_PERMISSIONS,
      events: options.events ?? DEFAULT_EVENTS,
      createdAt: this.timestamp(),
    };
  }
}

function generatePrivateKey(): string {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  }).privateKey;
}
