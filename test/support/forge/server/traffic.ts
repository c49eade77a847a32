import type { Context, MiddlewareHandler } from 'hono';
import type { FaultRule, Faults } from './faults.ts';
import type { Account, Repository } from './model.ts';
import type { LoggedRequest } from './request-log.ts';

/** Who asks, as far as the log tells it. */
export interface Caller {
  kind: string;
  user?: Account;
}

/** What a request carries on its way through either forge's routes. */
export interface ForgeEnv<A extends Caller = Caller> {
  Bindings: { incoming?: { socket: { destroy(): void } } };
  Variables: { access: A; repository: Repository };
}

export interface Traffic {
  faults: Faults;
  requests: LoggedRequest[];
  now: () => number;
  /** The body of an answer that a fault put in place of the forge's own, where the fault has none. */
  faultBody: (status: number | undefined) => object;
}

/** Outermost: what comes from outside is written down, and may be met by a fault. The driver passes by. */
export function logAndMeetFaults<A extends Caller>(traffic: Traffic): MiddlewareHandler<ForgeEnv<A>> {
  return async (c, next) => {
    const socket = c.env?.incoming?.socket;
    if (!socket) return next();
    const entry = await entryOf(c, traffic);
    traffic.requests.push(entry);
    const fault = await traffic.faults.meet({ method: entry.method, path: entry.path });
    if (fault?.when === 'after' || fault?.status === undefined) {
      await next();
      Object.assign(entry, describe(c.var.access));
    }
    if (fault?.status === 'drop') {
      socket.destroy();
      // Nobody reads it, and the server wants one.
      c.res = new Response(null);
    } else if (fault?.status !== undefined) c.res = faultResponse(traffic, fault, fault.status);
    entry.status = fault?.status === 'drop' ? 0 : c.res.status;
  };
}

async function entryOf<A extends Caller>(c: Context<ForgeEnv<A>>, { now }: Traffic): Promise<LoggedRequest> {
  const url = new URL(c.req.url);
  const path = url.pathname + url.search;
  return { method: c.req.method, path, status: 0, token: 'unread', login: null, at: now(), body: json(await c.req.text()) };
}

export function describe(access: Caller | undefined): Pick<LoggedRequest, 'token' | 'login'> {
  if (!access) return { token: 'invalid', login: null };
  return { token: access.kind, login: access.user?.login ?? null };
}

function faultResponse(traffic: Traffic, fault: FaultRule, status: number): Response {
  return new Response(faultText(traffic, fault), { status, headers: { 'content-type': 'application/json', ...fault.headers } });
}

export function faultText(traffic: Traffic, fault: FaultRule): string {
  return JSON.stringify(fault.body ?? traffic.faultBody(typeof fault.status === 'number' ? fault.status : undefined));
}

function json(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
