import { Hono, type Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { SignalboxError } from '../../errors.ts';
import type { Forge, SignIn } from '../../forge/forge.ts';
import type { Logger } from '../../log.ts';
import { forgeSignInAddress } from '../addresses.ts';
import { pageResponse } from '../answer.ts';
import { publicPage, type Page } from '../layout.ts';
import { messagePage } from '../pages/message.ts';
import { notSignedInPage } from '../pages/not-signed-in.ts';
import { ownAddress } from '../session/forms.ts';
import type { Pending, PendingSignIns } from '../session/pending.ts';
import type { Sessions } from '../session/sessions.ts';

export interface ForgeSignInOptions {
  readonly sessions: Sessions;
  readonly pending: PendingSignIns;
  readonly forges: readonly Forge[];
  /** Where people reach this server; null: on its own machine. */
  readonly publicUrl: string | null;
  /** Counts a sign-in that was refused. 0: somebody may try again. Otherwise the whole seconds after which they may. */
  readonly waitAfterRefusal: (c: Context) => number;
  readonly log: Logger;
}

/** People sign in with their account of a forge: they are led there, and come back with a code that says who they are. */
export function forgeSignInRoutes(options: ForgeSignInOptions): Hono {
  const { forges, pending, publicUrl } = options;
  return new Hono()
    .get('/sign-in/:forge', async (c) => {
      const forge = forgeNamed(forges, c.req.param('forge'));
      if (!forge) return notSignedIn(c, NO_FORGE, '/', 404);
      const to = ownAddress(c.req.query('to'));
      const origin = publicUrl ?? loopbackOf(c);
      if (origin === null) return notSignedIn(c, NO_ADDRESS, to, 403);
      const redirectUri = `${origin}${forgeSignInAddress(forge.name)}/callback`;
      const asked = await pending.begin(c, { forge: forge.name, redirectUri, to });
      return c.redirect(forge.signIn.address({ ...asked, redirectUri }), 303);
    })
    .get('/sign-in/:forge/callback', async (c) => {
      const forge = forgeNamed(forges, c.req.param('forge'));
      if (!forge) return notSignedIn(c, NO_FORGE, '/', 404);
      const begun = await pending.end(c, { forge: forge.name, state: c.req.query('state') ?? '' });
      if (begun === 'none') return notSignedIn(c, notBegun(publicUrl), '/', 400);
      if (begun === 'another') return notSignedIn(c, ANOTHER, '/', 400);
      return finish(options, c, forge, begun);
    });
}

type SigningForge = Forge & { readonly signIn: SignIn };

function forgeNamed(forges: readonly Forge[], name: string): SigningForge | undefined {
  return forges.find((forge): forge is SigningForge => forge.name === name && forge.signIn !== undefined);
}

/** What the forge says: yes, with a code, or why not. */
async function finish(options: ForgeSignInOptions, c: Context, forge: SigningForge, begun: Pending): Promise<Response> {
  const { title } = forge.signIn;
  const { code, error } = c.req.query();
  if (error === 'access_denied') return notSignedIn(c, `You did not agree to it on ${title}, so nothing has happened.`, begun.to, 403);
  if (!code) {
    options.log.warn({ forge: forge.name, said: error }, 'a forge refused a sign-in before it asked anybody');
    return notSignedIn(c, refusedBy(title, error), begun.to, 502);
  }
  try {
    const person = await forge.signIn.person({ code, verifier: begun.verifier, redirectUri: begun.redirectUri }, c.req.raw.signal);
    await options.sessions.beginAs(c, forge.name, person);
  } catch (problem) {
    if (!(problem instanceof SignalboxError)) throw problem;
    return failed(options, c, problem, forge, begun);
  }
  // The browser comes from another site: the cookie goes along only with what a page of ours leads to.
  return answer(c, { ...messagePage('One moment', 'You are signed in.'), again: begun.to }, 200);
}

async function failed(options: ForgeSignInOptions, c: Context, problem: SignalboxError, forge: Forge, { to }: Pending): Promise<Response> {
  options.log.warn({ forge: forge.name, err: problem }, 'somebody could not sign in through a forge');
  const seconds = problem.retryable ? 0 : options.waitAfterRefusal(c);
  if (seconds > 0) return notSignedIn(c, `These were too many tries. Come back in ${seconds} s.`, to, 429);
  return notSignedIn(c, `${problem.message}. ${problem.nextStep}`, to, problem.retryable ? 503 : 403);
}

async function notSignedIn(c: Context, why: string, to: string, status: ContentfulStatusCode): Promise<Response> {
  return answer(c, notSignedInPage(why, to), status);
}

/** With the cookies that were set on the way. */
async function answer(c: Context, page: Page, status: ContentfulStatusCode): Promise<Response> {
  const made = pageResponse(await publicPage(page), status);
  return c.newResponse(made.body, made);
}

/** Where this server is for a browser on its own machine; null for any other browser. */
function loopbackOf(c: Context): string | null {
  const { origin, hostname } = new URL(c.req.url);
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname) ? origin : null;
}

const NO_FORGE = 'Nobody signs in by that way here.';
const NO_ADDRESS =
  'This Signalbox does not know the address at which you reach it, so no forge could lead you back. Whoever runs it: set PUBLIC_URL.';
const ANOTHER =
  'This answer is not to the sign-in that was begun in this browser: it may be that of another tab, or somebody has sent you its address. Begin again.';

function notBegun(publicUrl: string | null): string {
  const at = publicUrl === null ? '' : `, or did not begin at ${publicUrl}`;
  return `No sign-in is under way in this browser: it was ended before, took longer than ten minutes${at}. Begin again.`;
}

/** What the forge says is a word of its protocol, or is not repeated. */
function refusedBy(title: string, error: string | undefined): string {
  const word = /^[\w-]{1,60}$/.test(error ?? '') ? ` (${error})` : '';
  return `${title} did not take the question${word}. Whoever runs this Signalbox: check the callback address and the client ID on the application’s page there.`;
}
