import { expect, test } from 'vitest';
import { isLoopback, shownAddress } from '../../../src/forge/github/webhook-address.ts';

test.each(['http://localhost:3001/', 'http://box.localhost/', 'http://127.0.0.1/', 'http://127.1.2.3/', 'http://[::1]:8080/'])(
  'only this machine reaches %s',
  (url) => expect(isLoopback(url)).toBe(true),
);

test.each(['https://box.example/', 'http://10.0.0.1/', 'http://127.0.0.1.example/', 'http://localhost.example/', 'http://[::2]/'])(
  'others may reach %s',
  (url) => expect(isLoopback(url)).toBe(false),
);

test('an address is shown without its secrets', () => {
  expect(shownAddress('https://ada:pass@box.example:8443/a/b?key=1#c')).toBe('https://box.example:8443/a/b');
  expect(shownAddress('box')).toBe('something that is not a URL');
});
