import type { Context, MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { timeout } from 'hono/timeout';
import { includesRole, type Role } from '../../domain/role.ts';
import type { Db } from '../../store/database.ts';
import { anyToken } from '../../store/tokens.ts';
import { problem } from '../problem.ts';
import { addressOf, isFromHere } from './address.ts';
import { createIdentify, type Identity } from './identify.ts';
import { createRateLimit } from './rate-limit.ts';

/** What a request that was let in brings along. */
export interface Admitted {
  Variables: { admission: Admission; identity: Identity };
}

export interface Manners {
  /** Never refused for coming too often: what stops something. */
  readonly urgent?: boolean;
  /** Its answer goes on for as long as somebody listens. */
  readonly endless?: boolean;
  /** It tells nothing but what is in the identity's scope, so that people who may see some repositories alone are let in too. */
  readonly scoped?: boolean;
}

/** Decides who is let in: a Response says why not. */
export interface Admission {
  admit(c: Context, role: Role, manners: Manners): Promise<Identity | Response>;
}

export interface AdmissionOptions {
  readonly db: Db;
  readonly apiToken: string;
  /** Whether an operator chose that token. The one that the server made itself is for its own machine. */
  readonly isApiTokenChosen: boolean;
  /** Requests of one token in a minute, and refused ones of one address. */
  readonly perMinute: number;
}

export function createAdmission(options: AdmissionOptions): Admission {
  const { db, isApiTokenChosen, perMinute } = options;
  const identify = createIdentify(options);
  const rate = createRateLimit({ perMinute });
  return {
    async admit(c, role, { urgent = false }) {
      if (!isApiTokenChosen && !isFromHere(c) && !(await anyToken(db))) return localOnly(c);
      const who = await identify(c);
      if ('refused' in who) return tooMany(c, rate.take(`address ${addressOf(c)}`)) ?? unauthorised(c, who.refused);
      if (!includesRole(who.role, role)) {
        return problem(c, 403, 'http.forbidden', `This needs the role ${role}, and the token has the role ${who.role}.`);
      }
      return (urgent ? null : tooMany(c, rate.take(who.key))) ?? who;
    },
  };
}

/** Milliseconds. Longer than a kill of everything is waited for. */
const ANSWER_MS = 30_000;
const inTime = timeout(ANSWER_MS, () => new HTTPException(503, { message: 'This took too long. What it asked for may have happened.' }));

/** Lets a request in that may do what this role may, and bounds how long it is answered. */
export function needs(role: Role, manners: Manners): MiddlewareHandler<Admitted> {
  return async (c, next) => {
    const who = await c.get('admission').admit(c, role, manners);
    if (who instanceof Response) return who;
    c.set('identity', who);
    return manners.endless ? next() : inTime(c, next);
  };
}

function localOnly(c: Context): Response {
  const next = 'set API_TOKEN, or run `signalbox token create` on its machine, and use that token';
  return problem(c, 403, 'http.local-only', `No token was made yet, so this API answers the machine that it runs on alone: ${next}.`);
}

function unauthorised(c: Context, why: string): Response {
  c.header('www-authenticate', 'Bearer realm="signalbox"');
  return problem(c, 401, 'http.unauthorised', why);
}

function tooMany(c: Context, seconds: number): Response | null {
  if (seconds === 0) return null;
  c.header('retry-after', String(seconds));
  return problem(c, 429, 'http.too-many', `These are too many requests. Come back in ${seconds} s.`);
}
