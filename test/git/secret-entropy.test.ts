import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { findRandomSecrets } from '../../src/git/secret-entropy.ts';

/** Put together here, so that no scanner finds this file. */
const RANDOM = ['q7Rk2', 'ZpX9v', 'Tn4Lw', '8sYbH', 'e3Gd'].join('');
const HEX = ['9f86d081', '884c7d65', '9a2feaa0', 'c55ad015'].join('');
const BASE64 = ['kX9/', 'v2Lq', '+Zr7', 'TnW4', 'Hb8s', 'Ye3G', 'dQ=='].join('');

describe('a random value behind a name that says it is secret', () => {
  test.each([
    ['a.ts', `const apiKey = '${RANDOM}';`],
    ['a.ts', `  "client_secret": "${RANDOM}",`],
    ['a.py', `DB_PASSWORD = "${RANDOM}"`],
    ['a.go', `authToken := "${RANDOM}"`],
    ['a.rb', `secret => '${RANDOM}'`],
    ['a.ts', `process.env.SESSION_SECRET = \`${RANDOM}\`;`],
    ['.env', `API_TOKEN=${RANDOM}`],
    ['.env.production', `JWT_SECRET=${HEX}`],
    ['deploy.yaml', `  password: ${RANDOM}`],
    ['Dockerfile', `ENV ACCESS_KEY=${RANDOM}`],
    ['a.ts', `encryptionKey: "${BASE64}"`],
    ['a.ts', `token = '${HEX}'`],
    ['README.md', `export API_KEY=${RANDOM}`],
  ])('is found in %s: %s', (path, line) => {
    expect(findRandomSecrets(`first line\n${line}\n`, path)).toEqual([{ line: 2, endLine: 2, rule: 'random-value-of-secret-name' }]);
  });

  test.each([
    ['a.ts', `const id = '${RANDOM}';`],
    ['a.ts', `const apiKey = process.env.MY_SERVICE_API_KEY_2;`],
    ['a.ts', `const token = tokenizer.readTheNextToken1();`],
    ['a.ts', `const apiKey = config.services.weather2.apiKey;`],
    ['a.ts', `apiKey: 'your-api-key-goes-here-1234'`],
    ['a.ts', `password: 'changeme-changeme-1234'`],
    ['a.ts', `secretName: '${RANDOM}'`],
    ['a.ts', `publicKey: '${BASE64}'`],
    ['a.ts', `passwordHash: '${RANDOM}'`],
    ['a.ts', `token: 'test-${RANDOM}'`],
    ['a.ts', `token: '550e8400-e29b-41d4-a716-446655440000'`],
    ['a.ts', `tokenUrl: 'https://forge.example/login/oauth/access_token2'`],
    ['a.ts', `secret: './path/to/the/secret-file2.txt'`],
    ['a.ts', `'errors.password.too-short': 'errors.password.too-short'`],
    ['a.ts', `TOKEN_EXPIRED = 'TOKEN_EXPIRED_ERROR_42'`],
    ['a.ts', `password = 'aaaaaaaaaaaaaaaaaaaaaaaa1'`],
    ['a.ts', `secret: '01234567890123456789abcd'`],
    ['.env', 'API_TOKEN=${FROM_THE_ENVIRONMENT_1}'],
    ['.env.example', 'API_TOKEN=put-your-own-token-here-1'],
    ['ci.yml', 'token: ${{ secrets.GITHUB_TOKEN }}'],
    ['package-lock.json', `"token": "${RANDOM}"`],
    ['go.sum', `secret = "${BASE64}"`],
    ['a.ts', `password: 'correct horse battery staple'`],
  ])('is not seen in %s: %s', (path, line) => {
    expect(findRandomSecrets(line, path)).toEqual([]);
  });
});

describe('private keys', () => {
  const body = BASE64.repeat(3).replaceAll('=', 'A');
  const [head, tail] = ['BEGIN', 'END'].map((word) => ['-----', word, ' RSA PRIVATE KEY', '-----'].join(''));
  test.each([
    ['as a file', `x\n${head}\n${body}\n${tail}\n`],
    ['in one string', `x\nkey = "${head}\\n${body}\\n${tail}"`],
    ['in pieces', `x\nkey = "${head}\\n" +\n  "${body}"`],
    ['encrypted', `x\n${head}\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n${body}\n`],
  ])('are found %s', (_how, text) => {
    expect(findRandomSecrets(text, 'a.txt')[0]).toMatchObject({ line: 2, rule: 'private-key' });
  });

  test('are not seen in code that only looks for them', () => {
    expect(findRandomSecrets(`if (!pem.startsWith('${head}')) throw new Error('no key');`, 'a.ts')).toEqual([]);
  });
});

test('no text makes it slow', () => {
  const texts = [
    'a'.repeat(1_000_000),
    'token='.repeat(150_000),
    'secret = "'.repeat(100_000),
    ['-----BEGIN', 'PRIVATE KEY-----'].join(' ').repeat(30_000),
    randomBytes(750_000).toString('base64'),
  ];
  const started = process.cpuUsage();
  for (const text of texts) findRandomSecrets(text, '.env');
  expect(process.cpuUsage(started).user / 1_000).toBeLessThan(5_000);
});
