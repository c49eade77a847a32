import type { Logger } from '../../log.ts';
import { readSigned } from '../deliveries.ts';
import { toFailedCheck } from '../errors.ts';
import type { Forge, SignIn } from '../forge.ts';
import { createInTurn } from '../in-turn.ts';
import { createSignIn, type OauthApp } from '../oauth.ts';
import { askedOnce } from '../once.ts';
import { locateBelow } from '../locate.ts';
import { webUrl } from '../web-url.ts';
import { ensureCheck } from './checks.ts';
import { createClient, type GiteaClient } from './client.ts';
import { ensureComment } from './comments.ts';
import { conversation } from './conversation.ts';
import { GITEA_DELIVERIES } from './deliveries.ts';
import { gitAccess } from './git-access.ts';
import { happenings } from './happenings.ts';
import { ensureWebhook, sendTest } from './hooks.ts';
import { createHttp } from './http.ts';
import { askIdentity, type IdentityOptions } from './identity.ts';
import { ensureLabels } from './labels.ts';
import { permission } from './permission.ts';
import { ensurePullRequest, pullRequestOf } from './pull-requests.ts';
import { repositories } from './repositories.ts';
import { ensureReview } from './reviews.ts';
import { ensureSeen } from './seen.ts';
import { repository, subject } from './subjects.ts';
import { labelChanges } from './timeline.ts';
import { translate } from './translate.ts';

export interface GiteaOptions {
  /** As in SubjectRef.forge; `gitea` when nothing is said. */
  readonly name?: string;
  /** Where people and git find it, with the path that it may live under: `https://git.acme.example`. */
  readonly url: string;
  /** Of the bot account, with the scopes write:repository, write:issue and read:user. */
  readonly token: string;
  /** null: webhooks are refused. */
  readonly webhookSecret: string | null;
  /** The login of the token's account, for a token that may not say it itself; null otherwise. */
  readonly botUser: string | null;
  /** Without it nobody can sign in with their account there. */
  readonly oauth?: OauthApp | null;
  /** Of one review, at lines. */
  readonly maxReviewComments: number;
  readonly log: Logger;
  readonly fetch?: typeof fetch;
  /** Milliseconds before a read that failed is tried again, for each time; those of production when nothing is said. */
  readonly pauses?: readonly number[];
}

/** Gitea from 1.21 and Forgejo from 7, by the token of an account. */
export function createGitea(options: GiteaOptions): Forge {
  const name = options.name ?? 'gitea';
  const url = options.url.replace(/\/+$/, '');
  const client = createClient(createHttp({ ...options, apiUrl: `${url}/api/v1`, log: options.log.child({ forge: name }) }));
  const inTurn = createInTurn();
  const account = { url, botUser: options.botUser };
  const identity = askedOnce(() => askIdentity(client, account));
  return {
    name,
    locate: (text) => locateBelow(url, text),
    readDelivery: (headers, body) => readSigned(GITEA_DELIVERIES, headers, body, options.webhookSecret),
    translate: (event, payload) => translate(event, payload, name),
    check: (signal) => check(client, account, signal),
    identity,
    permission: (repo, login, id) => permission(client, repo, login, id),
    repository: (repo) => repository(client, repo),
    subject: (ref) => subject(client, ref),
    conversation: (ref, limit) => conversation(client, identity, ref, limit),
    pullRequestOf: (repo, branch) => pullRequestOf(client, repo, branch),
    repositories: () => repositories(client, identity),
    happenings: (repo, since) => happenings(client, name, repo, since),
    labelChanges: (ref, since) => labelChanges(client, ref, since),
    ensureLabels: (repo, labels) => ensureLabels(client, repo, labels),
    ensureWebhook: (repo, address) => inTurn(`hook ${repo}`, () => ensureWebhook(client, options.webhookSecret, repo, address)),
    sendTest: (address) => sendTest(client, identity, address),
    ensureSeen: (target) => ensureSeen(client, target),
    ensureComment: (ref, comment) =>
      inTurn(`comment ${ref.repository}#${ref.number} ${comment.key}`, () => ensureComment(client, identity, ref, comment)),
    ensurePullRequest: (request, signal) =>
      inTurn(`pull ${request.repository} ${request.head}`, () => ensurePullRequest(client, request, signal)),
    ensureCheck: (wish) =>
      inTurn(`check ${wish.repository} ${wish.sha} ${wish.name}`, () =>
        ensureCheck(client, identity, webUrl(url, 'src/branch', wish.repository, { commit: wish.sha }), wish),
      ),
    ensureReview: (wish) =>
      inTurn(`review ${wish.repository}#${wish.number}`, () => ensureReview(client, identity, options.maxReviewComments, wish)),
    gitAccess: (repo) => gitAccess(url, options.token, identity, repo),
    ...(options.oauth ? { signIn: signIn(options.oauth, options, url) } : {}),
    webUrl: (repo, path) => webUrl(url, 'src/branch', repo, path),
  };
}

/** Forgejo calls itself Gitea here too: the settings do. Without a scope the token could do whatever its owner can. */
function signIn(app: OauthApp, { fetch }: GiteaOptions, origin: string): SignIn {
  const settings = 'GITEA_CLIENT_ID and GITEA_CLIENT_SECRET';
  const userUrl = `${origin}/api/v1/user`;
  return createSignIn(app, { title: 'Gitea', origin, userUrl, scope: 'read:user', settings, fetch });
}

async function check(client: GiteaClient, account: IdentityOptions, signal?: AbortSignal): Promise<{ ok: boolean; detail: string }> {
  try {
    const { login } = await askIdentity(client, account, signal);
    return { ok: true, detail: `Gitea as ${login} at ${new URL(account.url).host}` };
  } catch (error) {
    return toFailedCheck(error);
  }
}
