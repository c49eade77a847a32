import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { createForges } from '../../src/forge/index.ts';
import { createLog } from '../../src/log.ts';

const privateKey = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
}).privateKey;

/** The three addresses that a sign-in there uses, in order. */
async function addressesOf(kind: 'github' | 'gitea', url: string): Promise<string[]> {
  const asked: string[] = [];
  const answer = { access_token: 'a token', login: 'ada', id: 7 };
  const common = {
    webhookSecret: 'secret',
    oauth: { clientId: 'the id', clientSecret: 'the secret' },
    fetch: async (input: Parameters<typeof fetch>[0]) => {
      asked.push(input as string);
      return Response.json(answer);
    },
  };
  const github = { ...common, appId: 1, privateKey, apiUrl: url, throttle: false };
  const gitea = { ...common, url, token: 't', botUser: null, maxReviewComments: 1 };
  const wish = kind === 'github' ? { github, gitea: null } : { github: null, gitea };
  const { signIn } = createForges(wish, createLog('silent'))[0]!;
  const redirectUri = 'https://signalbox.example/callback';
  const page = new URL(signIn!.address({ state: 's', challenge: 'c', redirectUri }));
  await signIn!.person({ code: 'c', verifier: 'v', redirectUri });
  return [page.origin + page.pathname, ...asked];
}

test.each([
  ['github', 'https://api.github.com', 'https://github.com', 'https://api.github.com/user'],
  ['github', 'https://git.acme.example/api/v3', 'https://git.acme.example', 'https://git.acme.example/api/v3/user'],
  ['github', 'https://api.acme.ghe.com/', 'https://acme.ghe.com', 'https://api.acme.ghe.com/user'],
  ['gitea', 'https://acme.example/git/', 'https://acme.example/git', 'https://acme.example/git/api/v1/user'],
] as const)('people sign in on %s at %s', async (kind, url, pages, user) => {
  expect(await addressesOf(kind, url)).toEqual([`${pages}/login/oauth/authorize`, `${pages}/login/oauth/access_token`, user]);
});
