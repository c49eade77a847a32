import type { Context } from 'hono';
import type { Role } from '../domain/role.ts';
import { haltOf } from '../store/facts.ts';
import { listAddress } from './addresses.ts';
import { pageResponse } from './answer.ts';
import { publicPage, signedInPage, type Page } from './layout.ts';
import { messagePage } from './pages/message.ts';
import type { PageServices } from './services.ts';
import { fieldsOf, isFromOurPage, isOfSession, type Fields } from './session/forms.ts';
import type { Sessions } from './session/sessions.ts';
import { may, type Visitor } from './session/visitor.ts';

/** What stands between a request and a page: who has signed in, what they may, and whether a form is ours. */
export interface Desk {
  /** A page for who has signed in; null: there is no such thing. */
  show(make: (c: Context, visitor: Visitor) => Promise<Page | null>, role?: Role): (c: Context) => Promise<Response>;
  /** What a form asks for; its answer is the address to go to. */
  take(role: Role, act: (c: Context, visitor: Visitor, fields: Fields) => Promise<string | null>): (c: Context) => Promise<Response>;
}

export function createDesk({ db, queue, sessions }: PageServices & { readonly sessions: Sessions }): Desk {
  async function say(visitor: Visitor, page: Page, status: 200 | 403 | 404 = 200): Promise<Response> {
    const [halt, stats] = await Promise.all([haltOf(db), queue.stats()]);
    return pageResponse(await signedInPage(page, visitor, { halt, paused: stats.paused }), status);
  }
  return {
    show:
      (make, role = 'viewer') =>
      async (c) => {
        const visitor = await sessions.read(c);
        if (!visitor) return toSignIn(c);
        if (!may(visitor, role)) return say(visitor, mayNot(visitor, role), 403);
        const page = await make(c, visitor);
        return page ? say(visitor, page) : say(visitor, NOTHING, 404);
      },
    take: (role, act) => async (c) => {
      const visitor = await sessions.read(c);
      if (!visitor) return toSignIn(c);
      const fields = await fieldsOf(c);
      if (!isFromOurPage(c) || !isOfSession(fields, visitor)) return say(visitor, STRANGE, 403);
      if (!may(visitor, role)) return say(visitor, mayNot(visitor, role), 403);
      const address = await act(c, visitor, fields);
      return address === null ? say(visitor, NOTHING, 404) : c.redirect(address, 303);
    },
  };
}

const NOTHING = messagePage('Not here', 'There is nothing at this address, or not any more.');
const STRANGE = messagePage(
  'Not done',
  'This form is not of your session: it is too old, or comes from another site. Go back, and try again.',
);

function mayNot({ role }: Visitor, needed: Role): Page {
  return messagePage('Not allowed', `This needs the role ${needed}, and your token has the role ${role}.`);
}

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
