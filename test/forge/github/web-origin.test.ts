import { expect, test } from 'vitest';
import { webOrigin } from '../../../src/forge/github/web-origin.ts';

test.each([
  ['https://api.github.com', 'https://github.com'],
  ['https://api.github.com/', 'https://github.com'],
  ['https://github.acme.example/api/v3', 'https://github.acme.example'],
  ['https://api.octo.ghe.com', 'https://octo.ghe.com'],
  ['https://api.acme.example/api/v3', 'https://api.acme.example'],
  ['http://127.0.0.1:4001', 'http://127.0.0.1:4001'],
])('the pages of %s are at %s', (apiUrl, origin) => {
  expect(webOrigin(apiUrl)).toBe(origin);
});
