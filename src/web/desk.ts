import type { Context } from 'hono';
import { haltOf } from '../store/facts.ts';
import { listAddress } from './addresses.ts';
import { pageResponse } from './answer.ts';
import { publicPage, signedInPage, type Page } from './layout.ts';
import { messagePage } from './pages/message.ts';
import type { PageServices } from './services.ts';
import { fieldsOf, isFromOurPage, isOfSession, type Fields } from './session/forms.ts';
import type { Sessions } from './session/sessions.ts';
import type { Visitor } from './session/visitor.ts';

/** Why somebody may not do what they ask for, in a sentence or two. */
export interface Refusal {
  readonly refused: string;
}

/** What stands between a request and a page: who has signed in, and whether a form is ours. */
export interface Desk {
  /** A page for who has signed in; null: there is no such thing, or none that they may see. */
  show(make: (c: Context, visitor: Visitor) => Promise<Page | Refusal | null>): (c: Context) => Promise<Response>;
  /** What a form asks for; its answer is the address to go to. */
  take(act: (c: Context, visitor: Visitor, fields: Fields) => Promise<string | Refusal | null>): (c: Context) => Promise<Response>;
}

export function createDesk({ db, queue, sessions }: PageServices & { readonly sessions: Sessions }): Desk {
  async function say(visitor: Visitor, page: Page, status: 200 | 403 | 404 = 200): Promise<Response> {
    const [halt, stats] = await Promise.all([haltOf(db), queue.stats()]);
    return pageResponse(await signedInPage(page, visitor, { halt, paused: stats.paused }), status);
  }
  const refuse = (visitor: Visitor, { refused }: Refusal) => say(visitor, messagePage('Not allowed', refused), 403);
  return {
    show: (make) => async (c) => {
      const visitor = await sessions.read(c);
      if (!visitor) return toSignIn(c);
      const page = await make(c, visitor);
      if (page === null) return say(visitor, NOTHING, 404);
      return 'refused' in page ? refuse(visitor, page) : say(visitor, page);
    },
    take: (act) => async (c) => {
      const visitor = await sessions.read(c);
      if (!visitor) return toSignIn(c);
      const fields = await fieldsOf(c);
      if (!isFromOurPage(c) || !isOfSession(fields, visitor)) return say(visitor, STRANGE, 403);
      const done = await act(c, visitor, fields);
      if (done === null) return say(visitor, NOTHING, 404);
      return typeof done === 'string' ? c.redirect(done, 303) : refuse(visitor, done);
    },
  };
}

const NOTHING = messagePage('Not here', 'There is nothing at this address, or not any more.');
const STRANGE = messagePage(
  'Not done',
  'This form is not of your session: it is too old, or comes from another site. Go back, and try again.',
);

/**
 * A browser sends the session's cookie only with what our own pages lead to. Whoever comes from a link elsewhere is led here
 * once more by a page of ours, and has signed in then.
 */
async function toSignIn(c: Context): Promise<Response> {
  const { pathname, search } = new URL(c.req.url);
  const here = pathname + search;
  if (c.req.method === 'GET' && c.req.header('sec-fetch-site') === 'cross-site') {
    const again = await publicPage({ ...messagePage('One moment', 'This page is opened.'), again: here });
    return pageResponse(again);
  }
  return c.redirect(listAddress('/sign-in', { to: c.req.method === 'GET' && here !== '/' ? here : null }), 303);
}
