import { createPrivateKey } from 'node:crypto';
import { SignalboxError } from '../../errors.ts';
import { readSigned } from '../deliveries.ts';
import { toFailedCheck } from '../errors.ts';
import type { Forge, SignIn } from '../forge.ts';
import { createInTurn } from '../in-turn.ts';
import { createSignIn, type OauthApp } from '../oauth.ts';
import { locateBelow } from '../locate.ts';
import { webUrl } from '../web-url.ts';
import { ensureCheck } from './checks.ts';
import { createClient, type GithubClient } from './client.ts';
import { ensureComment } from './comments.ts';
import { conversation } from './conversation.ts';
import { GITHUB_DELIVERIES } from './deliveries.ts';
import { gitAccess } from './git-access.ts';
import { happenings } from './happenings.ts';
import { createIdentity } from './identity.ts';
import { ensureLabels } from './labels.ts';
import type { SessionOptions } from './octokit.ts';
import { permission } from './permission.ts';
import { ensurePullRequest, pullRequestOf } from './pull-requests.ts';
import { repositories } from './repositories.ts';
import { ensureSeen } from './seen.ts';
import { repository, subject } from './subjects.ts';
import { translate } from './translate.ts';
import { webOrigin } from './web-origin.ts';
import { checkWebhook } from './webhook-check.ts';

export interface GithubOptions extends SessionOptions {
  /** As in SubjectRef.forge; `github` when nothing is said. */
  readonly name?: string;
  /** Without it nobody can sign in with their account there. */
  readonly oauth?: OauthApp | null;
}

/** GitHub and GitHub Enterprise, by a GitHub App. Throws at once for a private key that is none. */
export function createGithub(options: GithubOptions): Forge {
  assertPrivateKey(options.privateKey);
  const client = createClient(options);
  const inTurn = createInTurn();
  const name = options.name ?? 'github';
  const origin = webOrigin(options.apiUrl);
  const identity = createIdentity(client, origin);
  return {
    name,
    locate: (text) => locateBelow(origin, text),
    readDelivery: (headers, body) => readSigned(GITHUB_DELIVERIES, headers, body, options.webhookSecret),
    translate: (event, payload) => translate(event, payload, name),
    check: (signal) => check(client, options.apiUrl, signal),
    checkWebhook: () => checkWebhook(client, options.apiUrl, `/webhooks/${name}`),
    identity,
    permission: (repo, login, id) => permission(client, repo, login, id),
    repository: (repo) => repository(client, repo),
    subject: (ref) => subject(client, ref),
    conversation: (ref, limit) => conversation(client, ref, limit),
    pullRequestOf: (repo, branch) => pullRequestOf(client, repo, branch),
    repositories: () => repositories(client),
    happenings: (repo, since) => happenings(client, name, repo, since),
    ensureLabels: (repo, labels) => ensureLabels(client, repo, labels),
    ensureSeen: (target) => ensureSeen(client, target),
    ensureComment: (ref, comment) =>
      inTurn(`comment ${ref.repository}#${ref.number} ${comment.key}`, () => ensureComment(client, identity, ref, comment)),
    ensurePullRequest: (request, signal) =>
      inTurn(`pull ${request.repository} ${request.head}`, () => ensurePullRequest(client, options.log, request, signal)),
    ensureCheck: (wish) =>
      inTurn(`check ${wish.repository} ${wish.sha} ${wish.name} ${wish.externalId}`, () => ensureCheck(client, options.appId, wish)),
    gitAccess: (repo) => gitAccess(client, origin, repo),
    ...(options.oauth ? { signIn: signIn(options.oauth, options, origin) } : {}),
    webUrl: (repo, path) => webUrl(origin, 'tree', repo, path),
  };
}

/** Of a GitHub App: what its users' tokens may do is the App's to say, and nothing is needed to say who somebody is. */
function signIn(app: OauthApp, { apiUrl, fetch }: GithubOptions, origin: string): SignIn {
  const userUrl = `${apiUrl.replace(/\/+$/, '')}/user`;
  const settings = 'GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET';
  return createSignIn(app, { title: 'GitHub', origin, userUrl, scope: null, settings, fetch });
}

async function check(client: GithubClient, apiUrl: string, signal?: AbortSignal): Promise<{ ok: boolean; detail: string }> {
  try {
    const { data } = await client.asApp('reach GitHub', (octokit) => octokit.request('GET /app', { request: { signal } }));
    return { ok: true, detail: `GitHub App ${data?.slug ?? ''} at ${new URL(apiUrl).host}` };
  } catch (error) {
    return toFailedCheck(error);
  }
}

function assertPrivateKey(privateKey: string): void {
  try {
    createPrivateKey(privateKey);
  } catch (cause) {
    throw new SignalboxError('forge.unauthorized', 'The private key of the GitHub App cannot be read', {
      nextStep: 'Download a new one from the settings of the GitHub App, and give its path as PRIVATE_KEY_PATH.',
      cause,
    });
  }
}
