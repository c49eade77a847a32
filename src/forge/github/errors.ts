import { z } from 'zod';
import { messageOf } from '../../errors.ts';
import { codeOfAnswer, forgeErrorOf, oneLine, type Failing, type ForgeErrorCode } from '../errors.ts';

/** What octokit throws for an answer that is not 2xx, and, without `response`, for a request that got none. */
const HttpError = z.object({
  name: z.literal('HttpError'),
  status: z.number(),
  message: z.string(),
  request: z.object({ method: z.string(), url: z.string() }),
  response: z.object({ headers: z.record(z.string(), z.unknown()), data: z.unknown() }).optional(),
});
type HttpError = z.infer<typeof HttpError>;

/** A GraphQL request is answered 200 whatever went wrong. */
const GraphqlError = z.object({
  name: z.literal('GraphqlResponseError'),
  errors: z.array(z.object({ type: z.string().optional(), message: z.string() })).min(1),
});

const Refusal = z.object({
  message: z.string().optional(),
  errors: z
    .array(z.union([z.string(), z.object({ resource: z.string(), field: z.string(), code: z.string(), message: z.string() }).partial()]))
    .optional()
    .catch(undefined),
});

const FAILING: Failing = {
  name: 'GitHub',
  nextSteps: {
    'forge.unauthorized': 'Check APP_ID and the private key against the settings of the GitHub App.',
    'forge.forbidden': 'Check the permissions of the GitHub App against app.yml, and accept the new ones on the installation.',
    'forge.not-found': 'Check that it still exists and that the GitHub App may see it.',
    'forge.refused': 'Change what GitHub names, then try again.',
    'forge.rate-limited': 'Nothing: it is tried again once GitHub allows it.',
    'forge.server-error': 'Nothing: it is tried again. See the status page of GitHub if it goes on.',
    'forge.unreachable': 'Check the network, the proxy and GITHUB_API_URL; it is tried again.',
  },
  codeOf,
  wordsOf,
};

/** The contract's error for whatever a call to GitHub threw; everything else as it is. */
export function toForgeError(error: unknown, doing: string): unknown {
  return forgeErrorOf(FAILING, error, doing);
}

/** null for what GitHub has no part in. */
export function codeOf(error: unknown): ForgeErrorCode | null {
  const http = HttpError.safeParse(error);
  if (http.success) {
    const { status, response } = http.data;
    return response === undefined ? 'forge.unreachable' : codeOfAnswer(status, (name) => response.headers[name]);
  }
  const graphql = GraphqlError.safeParse(error);
  return graphql.success ? codeOfType(graphql.data.errors[0]?.type) : null;
}

/** The HTTP status of what was thrown; null for everything that is not an answer. */
export function statusOf(error: unknown): number | null {
  const http = HttpError.safeParse(error);
  return http.success && http.data.response !== undefined ? http.data.status : null;
}

/** 410 is what GitHub says of an issue that was deleted, and of issues where they are turned off. */
export function isGone(error: unknown): boolean {
  const status = statusOf(error);
  return status === 404 || status === 410;
}

/** Whether GitHub no longer takes the token, or knows the installation it would be for. */
export function isStaleSession(error: unknown): boolean {
  const http = HttpError.safeParse(error);
  return statusOf(error) === 401 || (isGone(error) && http.success && http.data.request.url.endsWith('/access_tokens'));
}

function codeOfType(type: string | undefined): ForgeErrorCode {
  if (type === 'RATE_LIMITED') return 'forge.rate-limited';
  if (type === 'FORBIDDEN') return 'forge.forbidden';
  return type === 'NOT_FOUND' ? 'forge.not-found' : 'forge.refused';
}

function wordsOf(error: unknown): string {
  const http = HttpError.safeParse(error);
  if (http.success) return wordsOfAnswer(http.data);
  const graphql = GraphqlError.safeParse(error);
  return graphql.success ? oneLine(graphql.data.errors.map(({ message }) => message)) : messageOf(error);
}

function wordsOfAnswer({ status, message, response }: HttpError): string {
  if (response === undefined) return `GitHub did not answer (${oneLine([message])})`;
  const parsed = Refusal.safeParse(response.data);
  const body = parsed.success ? parsed.data : {};
  const details = (body.errors ?? []).map((one) =>
    typeof one === 'string' ? one : (one.message ?? [one.resource, one.field, one.code].filter(Boolean).join(' ')),
  );
  const words = oneLine([body.message ?? '', ...details]);
  return words === '' ? `GitHub answered ${status}` : `GitHub answered ${status}, ${words}`;
}
