/**
 * A stand-in GitHub on loopback, for the tests and for `npm run demo`.
 *
 * It keeps: bare git repositories, which are the truth about branches, commits, files, diffs and merges, served
 * to git over HTTP; and in memory issues, comments, labels, reactions, pull requests, reviews, check runs,
 * statuses, people with their roles, and one GitHub App with its installations and webhook. It gives the REST
 * API that a bot of this kind uses, two GraphQL mutations, and GitHub's own refusals. Every REST exchange is
 * held against GitHub's OpenAPI description, every webhook against `@octokit/webhooks-schemas`: see
 * `violations`. What it shares with other forges is in `../forge/`.
 *
 * It does not keep: forks, teams, milestones, assignees, pending reviews, branch protection, search, caching
 * (ETags), rate limits (ask for them with `fail`), Actions, a second App, or pages for people to look at. It
 * needs git 2.38 or newer, for merges without a work tree.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Hono } from 'hono';
import { createRepository, type NewRepository } from '../forge/behaviour/repositories.ts';
import { Faults } from '../forge/server/faults.ts';
import type { Listening } from '../forge/server/listen.ts';
import { serve } from '../forge/server/serve.ts';
import type { Traffic } from '../forge/server/traffic.ts';
import { StandIn } from '../forge/stand-in.ts';
import type { WebhookTarget } from '../forge/webhooks/outbox.ts';
import { addInstallation, announceInstallation } from './behaviour/installations.ts';
import { remember } from './behaviour/remember.ts';
import { sharedCheckers } from './conformance/shared.ts';
import { Person } from './driver/person.ts';
import { RepositoryTruth } from './driver/truth.ts';
import type { Env } from './server/access.ts';
import { createApi } from './server/api.ts';
import { faultBody } from './server/errors.ts';
import { gitDoor } from './server/git-door.ts';
import { Hub, type AppOptions } from './server/hub.ts';
import { Urls } from './server/urls.ts';
import { Deliveries } from './webhooks/deliveries.ts';
import { pingPayload } from './webhooks/ping.ts';
import { tellApp } from './webhooks/tell.ts';

export type { FaultRule } from '../forge/server/faults.ts';
export type { Delivery } from '../forge/webhooks/outbox.ts';
export type { Person } from './driver/person.ts';
export type { RepositoryTruth } from './driver/truth.ts';

export interface GithubOptions {
  /** 0, the default, takes a free port. */
  port?: number;
  app?: AppOptions;
  /** Where deliveries go. Without it they are written down and not sent; see `deliverTo`. */
  webhook?: WebhookTarget;
  /** Milliseconds since 1970; the machine's clock if nothing is given. */
  now?: () => number;
}

export async function startGithub(options: GithubOptions = {}): Promise<Github> {
  const root = await mkdtemp(path.join(tmpdir(), 'github-standin-'));
  try {
    return await open(root, options);
  } catch (error) {
    await rm(root, { recursive: true, force: true });
    throw error;
  }
}

async function open(root: string, options: GithubOptions): Promise<Github> {
  const now = options.now ?? Date.now;
  const violations: string[] = [];
  const checkers = sharedCheckers();
  const urls = new Urls();
  const deliveries = new Deliveries(options.webhook ?? null, checkers.webhooks, violations);
  const hub = new Hub({ root, urls, deliveries, now, app: options.app ?? {} });
  hub.listen((repository, happening) => remember(hub, repository, happening));
  hub.listen((repository, happening) => tellApp(hub, repository, happening));
  const traffic: Traffic = { faults: new Faults(), requests: [], now, faultBody };
  const api = createApi({ hub, traffic, check: checkers.exchanges, violations });
  const server = await serve({ api, door: gitDoor(hub, traffic), violations, port: options.port ?? 0 });
  urls.base = server.url;
  return new Github({ hub, api, traffic, violations, server });
}

interface Parts {
  hub: Hub;
  api: Hono<Env>;
  traffic: Traffic;
  violations: string[];
  server: Listening;
}

/** The stand-in from the inside. `url` is `GITHUB_API_URL`, and the web's. */
export class Github extends StandIn<Person> {
  /** The App's number, and its private key as PEM. */
  readonly appId: number;
  readonly privateKey: string;
  /** The login of the App's own account, `signalbox[bot]`. */
  readonly botLogin: string;
  readonly #hub: Hub;

  constructor({ hub, api, ...parts }: Parts) {
    super({
      ...parts,
      hub,
      outbox: hub.deliveries,
      newPerson: (account) => {
        const token = hub.tokens.forPerson({ kind: 'person', user: account });
        return new Person({ hub, api, account, token, root: '' });
      },
    });
    this.#hub = hub;
    this.appId = hub.app.id;
    this.privateKey = hub.privateKey;
    this.botLogin = hub.app.bot.login;
  }

  /** Its owner is made an organization where nobody has that name. The App is installed on it without a word. */
  async addRepository(fullName: string, options: NewRepository & { installed?: boolean } = {}): Promise<RepositoryTruth> {
    const owner = this.ownerOf(fullName);
    const repository = await createRepository(this.#hub, owner, fullName.split('/')[1] ?? '', options);
    const there = this.#hub.installations.find((installation) => installation.account === owner);
    if (options.installed !== false && !there) addInstallation(this.#hub, owner, null);
    return new RepositoryTruth(this.#hub, repository);
  }

  /** Installs the App on an account, on all its repositories or on these, and tells it. */
  install(owner: string, by: string, repositories?: string[]): number {
    const chosen = repositories?.map((name) => this.#hub.repository(name)) ?? null;
    const installation = addInstallation(this.#hub, this.#hub.account(owner), chosen);
    announceInstallation(this.#hub, installation, 'created', this.#hub.account(by));
    return installation.id;
  }

  uninstall(owner: string, by: string): void {
    const index = this.#hub.installations.findIndex(({ account }) => account.login === owner);
    const installation = this.#hub.installations[index];
    if (!installation) throw new Error(`the App is not installed on ${owner}`);
    announceInstallation(this.#hub, installation, 'deleted', this.#hub.account(by));
    this.#hub.installations.splice(index, 1);
  }

  installationId(owner: string): number {
    const installation = this.#hub.installations.find(({ account }) => account.login === owner);
    if (!installation) throw new Error(`the App is not installed on ${owner}`);
    return installation.id;
  }

  repository(fullName: string): RepositoryTruth {
    return new RepositoryTruth(this.#hub, this.#hub.repository(fullName));
  }

  /** From now on webhooks go here. */
  deliverTo(target: WebhookTarget): void {
    this.#hub.deliveries.target = target;
  }

  /** Sends a delivery again, with the same GUID and the same bytes. */
  redeliver(guid: string): void {
    this.#hub.deliveries.redeliver(guid);
  }

  ping(): void {
    this.#hub.deliveries.add('ping', pingPayload(this.#hub));
  }

  /** As if an hour had passed. */
  expireInstallationTokens(): void {
    this.#hub.tokens.expireInstallationTokens();
  }
}
