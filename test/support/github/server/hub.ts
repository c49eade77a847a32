import { generateKeyPairSync, createPublicKey, type KeyObject } from 'node:crypto';
import { ForgeHub } from '../../forge/server/hub.ts';
import type { Account, Repository } from '../../forge/server/model.ts';
import type { Deliveries } from '../webhooks/deliveries.ts';
import { MAX_BODY_CHARACTERS } from './limits.ts';
import type { Checks, Installation, IssueEvent, Permissions } from './model.ts';
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

const RULES = {
  maxBodyCharacters: MAX_BODY_CHARACTERS,
  emptyPulls: false,
  mergedByPush: true,
  reopensAlways: false,
  closedFollow: false,
  reviewsAnything: false,
  sameBodyIsEdited: false,
  emailOf: (login: string, id: number) => `${id}+${login}@users.noreply.github.com`,
};

/** Everything that the routes work on, with what GitHub alone has: one App, its installations, and checks. */
export class Hub extends ForgeHub {
  readonly urls: Urls;
  readonly tokens: Tokens;
  readonly deliveries: Deliveries;
  readonly installations: Installation[] = [];
  readonly app: App;
  readonly privateKey: string;
  readonly #checks = new Map<Repository, Checks>();
  readonly #events = new Map<Repository, IssueEvent[]>();

  constructor(options: { root: string; urls: Urls; deliveries: Deliveries; now: () => number; app: AppOptions }) {
    super({ root: options.root, now: options.now, rules: RULES });
    this.urls = options.urls;
    this.deliveries = options.deliveries;
    this.tokens = new Tokens(options.now);
    this.privateKey = options.app.privateKey ?? generatePrivateKey();
    this.app = this.#createApp(options.app);
  }

  checksOf(repository: Repository): Checks {
    const checks = this.#checks.get(repository) ?? { suites: [], runs: [] };
    this.#checks.set(repository, checks);
    return checks;
  }

  /** Oldest first. */
  eventsOf(repository: Repository): IssueEvent[] {
    const events = this.#events.get(repository) ?? [];
    this.#events.set(repository, events);
    return events;
  }

  installationOf(repository: Repository): Installation | undefined {
    return this.installations.find(
      ({ account, repositories }) => account === repository.owner && (repositories === null || repositories.has(repository.id)),
    );
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
