import { Hono, type Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { pageResponse } from '../answer.ts';
import type { Forge } from '../../forge/forge.ts';
import type { Desk } from '../desk.ts';
import { publicPage } from '../layout.ts';
import { messagePage } from '../pages/message.ts';
import { signInPage } from '../pages/sign-in.ts';
import { fieldsOf, isFromOurPage, ownAddress } from '../session/forms.ts';
import type { Sessions } from '../session/sessions.ts';

export interface SignInOptions {
  readonly sessions: Sessions;
  readonly forges: readonly Forge[];
  /** Counts a sign-in that was refused. 0: somebody may try again. Otherwise the whole seconds after which they may. */
  readonly waitAfterRefusal: (c: Context) => number;
}

export function signInRoutes({ sessions, forges, waitAfterRefusal }: SignInOptions, desk: Desk): Hono {
  const places = forges.flatMap(({ name, signIn }) => (signIn ? [{ name, title: signIn.title }] : []));
  const say = async (to: string, problem: string | null, status: ContentfulStatusCode) =>
    pageResponse(await publicPage(signInPage({ to, problem, places, byToken: true })), status);
  const closed = async (to: string) =>
    pageResponse(await publicPage(places.length === 0 ? CLOSED : signInPage({ to, problem: null, places, byToken: false })), 403);
  return new Hono()
    .get('/sign-in', async (c) => {
      const to = ownAddress(c.req.query('to'));
      if (await sessions.read(c)) return c.redirect(to, 303);
      return (await sessions.isClosedTo(c)) ? closed(to) : say(to, null, 200);
    })
    .post('/sign-in', async (c) => {
      const { token = '', name = '', to: wanted } = await fieldsOf(c);
      const to = ownAddress(wanted);
      if (await sessions.isClosedTo(c)) return closed(to);
      if (!isFromOurPage(c)) return say(to, 'The form came from another site. Try again here.', 403);
      if (await sessions.begin(c, token.trim(), name)) return c.redirect(to, 303);
      const seconds = waitAfterRefusal(c);
      if (seconds > 0) return say(to, `These were too many tries. Come back in ${seconds} s.`, 429);
      return say(to, 'This token is not known, or not valid any more.', 401);
    })
    .post(
      '/sign-out',
      desk.take(async (c) => {
        sessions.end(c);
        return '/sign-in';
      }),
    );
}

const CLOSED = messagePage(
  'Only on its own machine',
  'No token was made yet, so this Signalbox answers the machine that it runs on alone: set API_TOKEN, or run `signalbox token create` there.',
);
