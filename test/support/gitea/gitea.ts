/**
 * A stand-in Gitea (and Forgejo) on loopback, for the tests.
 *
 * It stands on the same base as the GitHub one (`../forge/`): bare git repositories that are the truth, and in memory
 * what people do. It gives the part of Gitea's REST API that a bot of this kind uses, as Gitea's sources do it, quirks and
 * all: what it answers with 500, what it answers 201 to an edit, lists that know no pages, labels that are silently left
 * out. Webhooks belong to repositories. Every REST exchange is held against Gitea's own Swagger description: see
 * `violations`.
 *
 * It does not keep: forks, organizations' members and teams, milestones, assignees, review requests, pending reviews,
 * branch protection, locked conversations, exclusive labels, labels of organizations, site admins, passwords, Actions.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Hono } from 'hono';
import { createRepository, type NewRepository } from '../forge/behaviour/repositories.ts';
import { RepositoryTruth } from '../forge/driver/truth.ts';
import { Faults } from '../forge/server/faults.ts';
import type { Listening } from '../forge/server/listen.ts';
import type { Account, Role } from '../forge/server/model.ts';
import { serve } from '../forge/server/serve.ts';
import type { Traffic } from '../forge/server/traffic.ts';
import { StandIn } from '../forge/stand-in.ts';
import type { WebhookTarget } from '../forge/webhooks/outbox.ts';
import { sharedGiteaChecker } from './conformance/swagger.ts';
import { Person } from './driver/person.ts';
import type { Env, Scope } from './server/access.ts';
import { createApi } from './server/api.ts';
import { faultBody } from './server/errors.ts';
import { gitDoor } from './server/git-door.ts';
import { Hub } from './server/hub.ts';
import type { Dialect } from './server/model.ts';
import { Urls } from './server/urls.ts';
import { Deliveries } from './webhooks/deliveries.ts';
import { subscriptionsOf } from './webhooks/events.ts';
import { remember } from './webhooks/remember.ts';
import { tellHooks } from './webhooks/tell.ts';

export interface GiteaOptions extends Partial<Dialect> {
  /** 0, the default, takes a free port. */
  port?: number;
  /** The account of the bot; its token may read and write repositories and issues, and no users. */
  bot?: { login?: string; scopes?: readonly Scope[] };
  /** Where webhooks may go: `loopback` (the default here), `external` (the default there), `*`, or names of hosts. */
  allowedHosts?: readonly string[];
  version?: string;
  /** Milliseconds since 1970; the machine's clock if nothing is given. */
  now?: () => number;
}

type GiteaRole = Exclude<Role, 'triage' | 'maintain'>;

export interface NewGiteaRepository extends NewRepository {
  collaborators?: Record<string, GiteaRole>;
  /** The bot's; `admin` if nothing is said. With less it may not ask for the permissions of others. */
  botRole?: GiteaRole;
}

const BOT_SCOPES = ['write:repository', 'write:issue'] as const;

export async function startGitea(options: GiteaOptions = {}): Promise<Gitea> {
  const root = await mkdtemp(path.join(tmpdir(), 'gitea-standin-'));
  try {
    return await open(root, options);
  } catch (error) {
    await rm(root, { recursive: true, force: true });
    throw error;
  }
}

async function open(root: string, options: GiteaOptions): Promise<Gitea> {
  const { now = Date.now, allowedHosts = ['loopback'], bot = {}, version = '1.25.1' } = options;
  const { labelChanges = 'untold', labels = 'usual', labelNames = true, forgejo = false } = options;
  const violations: string[] = [];
  const urls = new Urls();
  const deliveries = new Deliveries({ allowedHosts, forgejo });
  const hub = new Hub({ root, urls, deliveries, now, dialect: { labelChanges, labels, labelNames, forgejo } });
  hub.listen((_, happening) => remember(hub, happening));
  hub.listen((repository, happening) => tellHooks(hub, repository, happening));
  const traffic: Traffic = { faults: new Faults(), requests: [], now, faultBody };
  const api = createApi({ hub, traffic, check: sharedGiteaChecker(), violations, version });
  const server = await serve({ api, door: gitDoor(hub, traffic), violations, port: options.port ?? 0 });
  urls.base = server.url;
  const account = hub.addAccount(bot.login ?? 'signalbox', 'User', 'Signalbox');
  const token = hub.tokens.create(account, bot.scopes ?? BOT_SCOPES);
  return new Gitea({ hub, api, traffic, violations, server, bot: { account, token } });
}

interface Parts {
  hub: Hub;
  api: Hono<Env>;
  traffic: Traffic;
  violations: string[];
  server: Listening;
  bot: { account: Account; token: string };
}

/** The stand-in from the inside. `url` is `GITEA_URL`; the API's root is below it. */
export class Gitea extends StandIn<Person> {
  readonly botLogin: string;
  readonly botToken: string;
  readonly botId: number;
  readonly #hub: Hub;

  constructor({ hub, api, bot, ...parts }: Parts) {
    super({
      ...parts,
      hub,
      outbox: hub.deliveries,
      newPerson: (account) => new Person({ hub, api, account, token: hub.tokens.create(account, ['all']), root: '/api/v1' }),
    });
    this.#hub = hub;
    this.botLogin = bot.account.login;
    this.botId = bot.account.id;
    this.botToken = bot.token;
  }

  /** Its owner is made an organization where nobody has that name. */
  async addRepository(fullName: string, { botRole = 'admin', ...options }: NewGiteaRepository = {}): Promise<RepositoryTruth> {
    const collaborators = { [this.botLogin]: botRole, ...options.collaborators };
    const name = fullName.split('/')[1] ?? '';
    const repository = await createRepository(this.#hub, this.ownerOf(fullName), name, { ...options, collaborators });
    return new RepositoryTruth(this.#hub, repository);
  }

  repository(fullName: string): RepositoryTruth {
    return new RepositoryTruth(this.#hub, this.#hub.repository(fullName));
  }

  /** From now on everything that happens in any repository is told here too, as if each had such a hook. */
  deliverTo({ url, secret }: WebhookTarget): void {
    const at = this.#hub.timestamp();
    const events = subscriptionsOf(['issues', 'pull_request', 'push', 'create', 'delete']);
    const hook = { id: this.#hub.nextId(), url, contentType: 'json' as const, secret, events, active: true };
    this.#hub.hookOfAll = { ...hook, branchFilter: '', authorization: '', createdAt: at, updatedAt: at };
  }

  /** Sends the bytes of a delivery again, under a new id. */
  redeliver(guid: string): void {
    this.#hub.deliveries.replay(guid);
  }

  /** A token of somebody who is there, with these scopes. */
  createToken(login: string, scopes: readonly Scope[]): string {
    return this.#hub.tokens.create(this.#hub.account(login), scopes);
  }

  revokeToken(token: string): void {
    this.#hub.tokens.revoke(token);
  }
}
