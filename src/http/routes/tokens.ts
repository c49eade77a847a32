import { z } from '@hono/zod-openapi';
import { randomUUID } from 'node:crypto';
import { ROLES } from '../../domain/role.ts';
import type { Db } from '../../store/database.ts';
import { change } from '../../store/events.ts';
import { createToken, listTokens, revokeToken, type TokenEntry } from '../../store/tokens.ts';
import { body, guarded, json, newApi, refusal, type Api } from '../openapi.ts';
import { problem } from '../problem.ts';
import { Id, Instant, instantOf } from '../views/common.ts';

const DAY_MS = 86_400_000;

const Token = z
  .object({
    id: z.uuid(),
    name: z.string(),
    role: z.enum(ROLES),
    createdBy: z.string(),
    createdAt: Instant,
    lastUsedAt: Instant.nullable().openapi({ description: 'To the minute.' }),
    expiresAt: Instant.nullable(),
    revokedAt: Instant.nullable(),
  })
  .openapi('Token');
const MadeToken = Token.extend({ token: z.string().openapi({ description: 'Told this once, and kept nowhere.' }) }).openapi('MadeToken');
const NewToken = z
  .strictObject({
    name: z
      .string()
      .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._@+-]{0,59}$/u, 'A name has letters, digits, spaces and . _ @ + -, at most 60 of them.')
      .openapi({ description: 'Who or what uses it, for the audit log.', example: 'ci' }),
    role: z.enum(ROLES),
    expiresInDays: z.int().min(1).max(3650).optional().openapi({ description: 'Left out, it is valid until it is revoked.' }),
  })
  .openapi('NewToken');

const LIST = guarded('admin', {
  method: 'get',
  path: '/tokens',
  tags: ['Tokens'],
  summary: 'All tokens, those that are over too; newest first',
  responses: { 200: json(z.object({ tokens: z.array(Token) }), 'The tokens, without what could be used.') },
});
const CREATE = guarded('admin', {
  method: 'post',
  path: '/tokens',
  tags: ['Tokens'],
  summary: 'Makes a token',
  request: { body: body(NewToken) },
  responses: { 201: json(MadeToken, 'The token, which is told this once.') },
});
const REVOKE = guarded(
  'admin',
  {
    method: 'delete',
    path: '/tokens/{id}',
    tags: ['Tokens'],
    summary: 'Makes a token invalid at once',
    request: { params: z.object({ id: Id }) },
    responses: { 200: json(Token, 'It is revoked: by this, or it was before.'), 404: refusal('There is no token of that id.') },
  },
  { urgent: true },
);

export function tokenRoutes({ db }: { readonly db: Db }): Api {
  return newApi()
    .openapi(LIST, async (c) => c.json({ tokens: (await listTokens(db)).map(tokenView) }, 200))
    .openapi(CREATE, async (c) => {
      const { name, role, expiresInDays } = c.req.valid('json');
      const expiresAt = expiresInDays === undefined ? null : new Date(Date.now() + expiresInDays * DAY_MS);
      const wish = { id: randomUUID(), name, role, expiresAt, createdBy: c.get('identity').actor };
      const { entry, token } = await change(db, (tx) => createToken(tx, wish));
      c.header('cache-control', 'no-store');
      return c.json({ ...tokenView(entry), token }, 201);
    })
    .openapi(REVOKE, async (c) => {
      const token = await change(db, (tx) => revokeToken(tx, c.req.valid('param').id, c.get('identity').actor));
      return token ? c.json(tokenView(token), 200) : problem(c, 404, 'token.not-found', 'There is no token of that id here.');
    });
}

function tokenView({ createdAt, lastUsedAt, expiresAt, revokedAt, ...rest }: TokenEntry): z.infer<typeof Token> {
  return {
    ...rest,
    createdAt: createdAt.toISOString(),
    lastUsedAt: instantOf(lastUsedAt),
    expiresAt: instantOf(expiresAt),
    revokedAt: instantOf(revokedAt),
  };
}
