/**
 * A stand-in GitHub on loopback, for the tests and for `npm run demo`.
 *
 * It keeps: bare git repositories, which are the truth about branches, commits, files, diffs and merges, served
 * to git over HTTP; and in memory issues, comments, labels, reactions, pull requests, reviews, check runs,
 * statuses, people with their roles, and one GitHub App with its installations and webhook. It gives the REST
 * API that a bot of this kind uses, two GraphQL mutations, and GitHub's own refusals. Every REST exchange is
 * held against GitHub's OpenAPI description, every webhook against `@octokit/webhooks-schemas`: see
 * `violations`.
 *
 * It does not keep: forks, teams, milestones, assignees, pending reviews, branch protection, search, caching
 * (ETags), rate limits (ask for them with `fail`), Actions, a second App, or pages for people to look at. It
 * needs git 2.38 or newer, for merges without a work tree.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { addInstallation, announceInstallation, createRepository, type NewRepository } from './behaviour/repositories.ts';
import { sharedCheckers } from './conformance/shared.ts';
import { Person } from './driver/person.ts';
import { RepositoryTruth } from './driver/truth.ts';
import { isGitRequest, serveGit } from './git/git-http.ts';
import { createApi } from './server/api.ts';
import { Faults, type FaultRule } from './server/faults.ts';
import { Hub, type AppOptions } from './server/hub.ts';
import { listen, type Listening } from './server/listen.ts';
import type { Account } from './server/model.ts';
import type { LoggedRequest } from './server/request-log.ts';
import type { Traffic } from './server/traffic.ts';
import { Urls } from './server/urls.ts';
import { Deliveries, type Delivery, type WebhookTarget } from './webhooks/deliveries.ts';
import { pingPayload } from './webhooks/ping.ts';

export type { FaultRule } from './server/faults.ts';
export type { LoggedRequest } from './server/request-log.ts';
export type { Delivery, WebhookTarget } from './webhooks/deliveries.ts';
export { Person } from './driver/person.ts';
export { RepositoryTruth } from './driver/truth.ts';

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
  const traffic: Traffic = { faults: new Faults(), requests: [], now };
  const api = createApi({ hub, traffic, check: checkers.exchanges, violations });
  const rest = getRequestListener((request, bindings) => api.fetch(request, bindings), { overrideGlobalObjects: false });
  const git = (request: IncomingMessage, response: ServerResponse) =>
    serveGit(hub, traffic, request, response).catch((error: unknown) => {
      violations.push(`the stand-in itself failed on git: ${String(error)}`);
      response.destroy();
    });
  const server = await listen(
    (request, response) => void (isGitRequest(request) ? git(request, response) : rest(request, response)),
    options.port ?? 0,
  );
  urls.base = server.url;
  return new Github({ hub, api, traffic, violations, server });
}

interface Parts {
  hub: Hub;
  api: ReturnType<typeof createApi>;
  traffic: Traffic;
  violations: string[];
  server: Listening;
}

/** The stand-in from the inside: what tests and the demo set up, do and look at. */
export class Github implements AsyncDisposable {
  /** The API's address (`GITHUB_API_URL`), and the web's. */
  readonly url: string;
  /** The App's number, and its private key as PEM. */
  readonly appId: number;
  readonly privateKey: string;
  /** The login of the App's own account, `signalbox[bot]`. */
  readonly botLogin: string;
  /** Every request from outside, in order; what `as(…)` does is not among them. */
  readonly requests: LoggedRequest[];
  /** What GitHub's own descriptions do not know, of all that was said so far. */
  readonly violations: string[];
  readonly #hub: Hub;
  readonly #parts: Parts;
  readonly #people = new Map<Account, Person>();

  constructor(parts: Parts) {
    const { hub } = parts;
    this.#hub = hub;
    this.#parts = parts;
    this.url = hub.urls.base;
    this.appId = hub.app.id;
    this.privateKey = hub.privateKey;
    this.botLogin = hub.app.bot.login;
    this.requests = parts.traffic.requests;
    this.violations = parts.violations;
  }

  addUser(login: string, name?: string): Person {
    const account = this.#hub.addAccount(login, 'User', name ?? null);
    return this.#person(account);
  }

  addBot(login: string): Person {
    return this.#person(this.#hub.addAccount(login, 'Bot'));
  }

  /** Its owner is made an organization where nobody has that name. The App is installed on it without a word. */
  async addRepository(fullName: string, options: NewRepository & { installed?: boolean } = {}): Promise<RepositoryTruth> {
    const [ownerLogin = '', name = ''] = fullName.split('/');
    const owner = this.#hub.findAccount(ownerLogin) ?? this.#hub.addAccount(ownerLogin, 'Organization');
    const repository = await createRepository(this.#hub, owner, name, options);
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

  /** A person whom `addUser` made. */
  as(login: string): Person {
    return this.#person(this.#hub.account(login));
  }

  repository(fullName: string): RepositoryTruth {
    return new RepositoryTruth(this.#hub, this.#hub.repository(fullName));
  }

  /** From now on webhooks go here. */
  deliverTo(target: WebhookTarget): void {
    this.#hub.deliveries.target = target;
  }

  /** Every webhook so far, with each attempt to deliver it. */
  get deliveries(): readonly Delivery[] {
    return this.#hub.deliveries.list;
  }

  holdDeliveries(): void {
    this.#hub.deliveries.hold();
  }

  releaseDeliveries(): void {
    this.#hub.deliveries.release();
  }

  /** Sends a delivery again, with the same GUID and the same bytes. */
  redeliver(guid: string): void {
    this.#hub.deliveries.redeliver(guid);
  }

  ping(): void {
    this.#hub.deliveries.add('ping', pingPayload(this.#hub));
  }

  /** Until every webhook that may be sent has been answered. */
  async settled(): Promise<void> {
    await this.#hub.deliveries.settled();
  }

  /** Makes requests from outside go wrong, REST and git alike. */
  fail(rule: FaultRule): { cancel(): void } {
    return this.#parts.traffic.faults.add(rule);
  }

  /** As if an hour had passed. */
  expireInstallationTokens(): void {
    this.#hub.tokens.expireInstallationTokens();
  }

  /** Throws where anything was said that GitHub's own descriptions do not know. */
  assertConformant(): void {
    if (this.violations.length === 0) return;
    throw new Error(
      `${this.violations.length} violations of GitHub's own descriptions:\n${this.violations.map((line) => `  - ${line}`).join('\n')}`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#hub.deliveries.close();
    await this.#parts.server[Symbol.asyncDispose]();
    await rm(this.#hub.root, { recursive: true, force: true, maxRetries: 3 });
  }

  #person(account: Account): Person {
    const there = this.#people.get(account);
    if (there) return there;
    const token = this.#hub.tokens.forPerson({ kind: 'person', user: account });
    const person = new Person(this.#hub, this.#parts.api, account, token);
    this.#people.set(account, person);
    return person;
  }
}
