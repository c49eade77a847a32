import { z } from 'zod';
import type { Person } from '../domain/task.ts';
import { messageOf, SignalboxError } from '../errors.ts';
import { codeOfAnswer, oneLine, RETRYABLE, type ForgeErrorCode } from './errors.ts';
import { Id } from './fields.ts';
import type { SignIn } from './forge.ts';

/** An OAuth application of a forge, as its settings page shows it. */
export interface OauthApp {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** How a kind of forge does what the standard leaves open. */
export interface OauthForge {
  /** As people call it. */
  readonly title: string;
  /** Where the forge's pages are, without a slash at the end. */
  readonly origin: string;
  /** What answers who the bearer of a token is. */
  readonly userUrl: string;
  /** What is asked for; null where the application itself says it. */
  readonly scope: string | null;
  /** The names of its two settings, for whoever has to mend them. */
  readonly settings: string;
  readonly fetch?: typeof fetch | undefined;
}

/** Milliseconds for one answer: somebody waits for it before a white page. */
const ANSWER_MS = 15_000;

/** GitHub answers 200 with an error in it, Gitea 400: https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
const Granted = z.union([
  z.object({ error: z.string(), error_description: z.string().default('') }),
  z.object({ access_token: z.string().min(1) }),
]);
const User = z.object({ login: z.string().min(1), id: Id });

/** What says that it is the application that is not known, and not the code. */
const WRONG_APP: readonly string[] = ['incorrect_client_credentials', 'invalid_client'];

/** Signing in at GitHub, Gitea and Forgejo, which have the same addresses for it. */
export function createSignIn(app: OauthApp, forge: OauthForge): SignIn {
  const { title, origin, scope } = forge;
  return {
    title,
    address({ state, challenge, redirectUri }) {
      const query = new URLSearchParams({
        client_id: app.clientId,
        redirect_uri: redirectUri,
        response_type: 'code',
        state,
        code_challenge: challenge,
        code_challenge_method: 'S256',
        ...(scope === null ? {} : { scope }),
      });
      return `${origin}/login/oauth/authorize?${query.toString()}`;
    },
    async person(grant, signal) {
      const token = await exchange(app, forge, grant, signal);
      return whoHas(token, forge, signal);
    },
  };
}

async function exchange(app: OauthApp, forge: OauthForge, grant: Parameters<SignIn['person']>[0], signal?: AbortSignal): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'authorization_code',
    client_id: app.clientId,
    client_secret: app.clientSecret,
    code: grant.code,
    code_verifier: grant.verifier,
    redirect_uri: grant.redirectUri,
  });
  const { status, data } = await ask(forge, `${forge.origin}/login/oauth/access_token`, { body, signal });
  const answer = Granted.safeParse(data);
  if (!answer.success) throw failed(forge, status < 300 ? 'forge.server-error' : codeOf(status), `${forge.title} answered ${status}`);
  if (!('error' in answer.data)) return answer.data.access_token;
  const { error, error_description: description } = answer.data;
  throw failed(
    forge,
    WRONG_APP.includes(error) ? 'forge.unauthorized' : 'forge.refused',
    oneLine([`${forge.title} answered ${error}`, description]),
  );
}

async function whoHas(token: string, forge: OauthForge, signal?: AbortSignal): Promise<Person> {
  const { status, data } = await ask(forge, forge.userUrl, { token, signal });
  const user = User.safeParse(data);
  if (status === 200 && user.success) return user.data;
  throw failed(forge, status === 200 ? 'forge.server-error' : codeOf(status), `${forge.title} answered ${status} to who they are`);
}

interface Question {
  /** Sent, where there is one. */
  readonly body?: URLSearchParams;
  readonly token?: string;
  readonly signal: AbortSignal | undefined;
}

/** One request, whose answer is JSON or nothing. It is not repeated: a code is good for one exchange. */
async function ask(forge: OauthForge, url: string, { body, token, signal }: Question): Promise<{ status: number; data: unknown }> {
  const limit = AbortSignal.timeout(ANSWER_MS);
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  try {
    const response = await (forge.fetch ?? fetch)(url, {
      method: body ? 'POST' : 'GET',
      body: body ?? null,
      headers: { accept: 'application/json', 'user-agent': 'signalbox', ...authorization },
      // A token or a secret goes nowhere but to the forge itself.
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    return { status: response.status, data: await response.json().catch(() => null) };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw failed(forge, 'forge.unreachable', `${forge.title} did not answer (${messageOf(cause)})`);
  }
}

/** Answers here carry no header that tells more. */
function codeOf(status: number): ForgeErrorCode {
  return codeOfAnswer(status, () => undefined);
}

function failed({ title, settings }: OauthForge, code: ForgeErrorCode, why: string): SignalboxError {
  const retryable = RETRYABLE.includes(code);
  const nextStep =
    code === 'forge.unauthorized'
      ? `Whoever runs this Signalbox: check ${settings} against the application’s page on ${title}.`
      : retryable
        ? `Try again when ${title} answers.`
        : `Begin again. If it goes on, whoever runs this Signalbox should check ${settings} against the application’s page on ${title}.`;
  return new SignalboxError(code, `Could not sign in: ${why}`, { nextStep, retryable });
}
