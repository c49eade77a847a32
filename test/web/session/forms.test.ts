import { Hono } from 'hono';
import { describe, expect, test } from 'vitest';
import { isFromOurPage, ownAddress } from '../../../src/web/session/forms.ts';

describe('an address to go back to', () => {
  test.each([
    ['/queue?after=1', '/queue?after=1'],
    ['/task/1#x', '/task/1'],
    [undefined, '/'],
    ['', '/'],
    ['https://evil.example/', '/'],
    ['//evil.example/x', '/'],
    ['/\\evil.example/x', '/'],
    ['/\t/evil.example', '/'],
    ['javascript:alert(1)', '/'],
  ])('%j leads to %s', (text, address) => expect(ownAddress(text)).toBe(address));
});

describe('a form', () => {
  const app = new Hono().post('/', (c) => c.text(String(isFromOurPage(c))));
  test.each([
    ['http://signalbox.test', 'signalbox.test', 'true'],
    ['https://signalbox.test', 'signalbox.test', 'true'],
    ['https://evil.test', 'signalbox.test', 'false'],
    ['https://signalbox.test.evil.test', 'signalbox.test', 'false'],
    ['http://signalbox.test:8080', 'signalbox.test', 'false'],
    ['null', 'signalbox.test', 'false'],
    ['', 'signalbox.test', 'false'],
  ])('from %s at %s is ours: %s', async (origin, host, ours) => {
    const answer = await app.request('/', { method: 'POST', headers: { origin, host } });
    expect(await answer.text()).toBe(ours);
  });

  test('behind a proxy that changed the host is ours', async () => {
    const headers = { origin: 'https://signalbox.test', host: '127.0.0.1:3001', 'x-forwarded-host': 'signalbox.test' };
    expect(await (await app.request('/', { method: 'POST', headers })).text()).toBe('true');
  });
});
