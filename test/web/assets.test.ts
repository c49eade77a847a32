import { Hono } from 'hono';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAssets } from '../../src/web/assets.ts';
import { ROOT } from '../structure/project.ts';

const app = new Hono().get('/assets/:name', createAssets());

test('every file is served, and asked for again only to hear that it has not changed', async () => {
  for (const name of await readdir(join(ROOT, 'src/web/assets'))) {
    const first = await app.request(`/assets/${name}`);
    expect([name, first.status, first.headers.get('x-content-type-options')]).toEqual([name, 200, 'nosniff']);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    const again = await app.request(`/assets/${name}`, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag]);
  }
});

test.each(['constructor', '__proto__', '..%2fassets.ts', 'style.css.map', ''])('nothing else is served: %s', async (name) => {
  expect((await app.request(`/assets/${name}`)).status).toBe(404);
});
