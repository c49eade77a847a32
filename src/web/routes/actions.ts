import { SpanKind } from '@opentelemetry/api';
import { Hono, type Context } from 'hono';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Origin } from '../../domain/origin.ts';
import { taskRow } from '../../store/task-rows.ts';
import { isWithin, type Place } from '../../store/scope.ts';
import { isAllowed, mayNot } from '../actions/allowed.ts';
import type { Action, Asking } from '../actions/action.ts';
import { INSTANCE_ACTIONS, REPOSITORY_ACTIONS, TASK_ACTIONS } from '../actions/registry.ts';
import { repositoryAddress, taskAddress } from '../addresses.ts';
import type { Desk } from '../desk.ts';
import { confirmPage, LONGEST_REASON } from '../pages/confirm.ts';
import type { PageServices } from '../services.ts';
import { ownAddress, type Fields } from '../session/forms.ts';
import type { Visitor } from '../session/visitor.ts';

/** What an action is done to: how its address is read, and where to go afterwards by itself. */
interface Kind<Target> {
  readonly path: string;
  readonly actions: readonly Action<Target>[];
  /** undefined: there is none that this visitor may see. */
  find(c: Context, visitor: Visitor): Promise<Target | undefined>;
  /** null: the whole instance. */
  place(target: Target): Place | null;
  home(target: Target): string;
}

const Id = z.uuid();

/** GET asks whether it is meant, POST does it and goes back to where somebody came from. */
export function actionRoutes(services: PageServices, desk: Desk): Hono {
  const app = new Hono();
  serve(app, services, desk, {
    path: '/task/:id',
    actions: TASK_ACTIONS,
    async find(c, { scope }) {
      const id = Id.safeParse(c.req.param('id'));
      return id.success ? ((await taskRow(services.db, scope, id.data)) ?? undefined) : undefined;
    },
    place: (task) => task,
    home: ({ id }) => taskAddress(id),
  });
  serve(app, services, desk, { path: '/instance', actions: INSTANCE_ACTIONS, find: async () => null, place: () => null, home: () => '/' });
  serve(app, services, desk, {
    path: '/at/:forge/:repository{.+}',
    actions: REPOSITORY_ACTIONS,
    async find(c, { scope }) {
      const place = { forge: c.req.param('forge') ?? '', repository: c.req.param('repository') ?? '' };
      return isWithin(scope, place) ? place : undefined;
    },
    place: (place) => place,
    home: repositoryAddress,
  });
  return app;
}

function serve<Target>(app: Hono, services: PageServices, desk: Desk, kind: Kind<Target>): void {
  for (const action of kind.actions) {
    const path = `${kind.path}/${action.name}`;
    const ask = async (c: Context, visitor: Visitor) => {
      const target = await kind.find(c, visitor);
      if (target === undefined) return null;
      if (!isAllowed(visitor, action, kind.place(target))) return mayNot(visitor, action, kind.place(target));
      const back = refererOf(c) ?? kind.home(target);
      return confirmPage(services, visitor, action, { target, address: new URL(c.req.url).pathname, back });
    };
    const act = async (c: Context, visitor: Visitor, fields: Fields) => {
      const target = await kind.find(c, visitor);
      if (target === undefined) return null;
      if (!isAllowed(visitor, action, kind.place(target))) return mayNot(visitor, action, kind.place(target));
      const form = action.form.safeParse(fields);
      if (!form.success) return null;
      const { tracing } = services;
      const done = await tracing.span(`dashboard ${action.name}`, { parent: null, kind: SpanKind.SERVER }, () =>
        action.perform(services, target, askingOf(visitor, fields, tracing.origin(c.get('requestId'))), form.data),
      );
      return withNotice(done.task ? taskAddress(done.task) : ownAddress(fields['back'], kind.home(target)), done.notice);
    };
    app.get(path, desk.show(ask)).post(path, desk.take(act));
  }
}

function askingOf({ person }: Visitor, { reason = '', once }: Fields, origin: Origin): Asking {
  const words = reason
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_REASON);
  return {
    actor: person.login,
    by: person,
    route: 'dashboard',
    reason: words === '' ? 'no reason given' : words,
    origin,
    once: Id.catch(() => randomUUID()).parse(once),
  };
}

/** The page of ours that somebody came from. */
function refererOf(c: Context): string | null {
  const referer = URL.parse(c.req.header('referer') ?? '');
  const isOurs = referer !== null && referer.host === (c.req.header('host') ?? '') && referer.pathname !== new URL(c.req.url).pathname;
  return isOurs ? withNotice(ownAddress(referer.pathname + referer.search), null) : null;
}

function withNotice(address: string, notice: string | null): string {
  const url = new URL(address, 'http://signalbox.invalid');
  url.searchParams.delete('said');
  if (notice !== null) url.searchParams.set('said', notice);
  return url.pathname + url.search;
}
