import type { Context } from 'hono';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  'style.css': 'text/css; charset=utf-8',
  'live.js': 'text/javascript; charset=utf-8',
  'become.js': 'text/javascript; charset=utf-8',
  'dialog.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};

interface Asset {
  readonly body: string;
  readonly tag: string;
}

/** The files that pages refer to: read once, and asked for again only to hear that they have not changed. */
export function createAssets(): (c: Context) => Promise<Response> {
  const read = new Map<string, Promise<Asset>>();
  return async (c) => {
    const name = c.req.param('name') ?? '';
    const type = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
    if (type === undefined) return c.notFound();
    if (!read.has(name)) read.set(name, readAsset(name));
    const { body, tag } = await read.get(name)!;
    const headers = { 'content-type': type, etag: tag, 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' };
    return c.req.header('if-none-match') === tag ? new Response(null, { status: 304, headers }) : new Response(body, { headers });
  };
}

async function readAsset(name: string): Promise<Asset> {
  const body = await readFile(join(import.meta.dirname, 'assets', name), 'utf8');
  return { body, tag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
}
