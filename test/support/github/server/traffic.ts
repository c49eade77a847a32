import type { MiddlewareHandler } from 'hono';
import type { Access, Env } from './access.ts';
import { faultBody, type FaultRule, type Faults } from './faults.ts';
import type { LoggedRequest } from './request-log.ts';

export interface Traffic {
  faults: Faults;
  requests: LoggedRequest[];
  now: () => number;
}

/** Outermost: what comes from outside is written down, and may be met by a fault. The driver passes by. */
export function logAndMeetFaults({ faults, requests, now }: Traffic): MiddlewareHandler<Env> {
  return async (c, next) => {
    const socket = c.env?.incoming?.socket;
    if (!socket) return next();
    const url = new URL(c.req.url);
    const path = url.pathname + url.search;
    const entry: LoggedRequest = {
      method: c.req.method,
      path,
      status: 0,
      token: 'unread',
      login: null,
      at: now(),
      body: json(await c.req.text()),
    };
    requests.push(entry);
    const fault = await faults.meet({ method: entry.method, path });
    if (fault?.when === 'after' || fault?.status === undefined) {
      await next();
      Object.assign(entry, describe(c.var.access));
    }
    if (fault?.status === 'drop') {
      socket.destroy();
      // Nobody reads it, and the server wants one.
      c.res = new Response(null);
    } else if (fault?.status !== undefined) c.res = faultResponse(fault, fault.status);
    entry.status = fault?.status === 'drop' ? 0 : c.res.status;
  };
}

export function describe(access: Access | undefined): Pick<LoggedRequest, 'token' | 'login'> {
  if (!access) return { token: 'invalid', login: null };
  return { token: access.kind, login: 'user' in access ? access.user.login : null };
}

function faultResponse(fault: FaultRule, status: number): Response {
  return new Response(faultBody(fault), { status, headers: { 'content-type': 'application/json', ...fault.headers } });
}

function json(text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
