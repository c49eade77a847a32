import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { HANDLED_ACTIONS, SUBSCRIBED_EVENTS, USED_PERMISSIONS } from '../../../src/forge/github/events.ts';
import { forgeSignInAddress } from '../../../src/web/addresses.ts';
import { translate } from '../../../src/forge/github/translate.ts';

/** https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest#github-app-manifest-parameters */
const Manifest = z.strictObject({
  name: z.string().max(34),
  url: z.url(),
  description: z.string(),
  public: z.boolean(),
  hook_attributes: z.strictObject({ url: z.url(), active: z.boolean() }),
  callback_urls: z.array(z.url()),
  default_events: z.array(z.string()),
  default_permissions: z.record(z.string(), z.enum(['read', 'write'])),
});

const manifest = Manifest.parse(parse(readFileSync(new URL('../../../app.yml', import.meta.url), 'utf8')));

test('app.yml subscribes to the events that are handled, and to no other', () => {
  expect(manifest.default_events.toSorted()).toEqual([...SUBSCRIBED_EVENTS].toSorted());
});

test('app.yml asks for the permissions that are used, and for no other', () => {
  // That they are enough is seen where the contract suite gives the stand-in's App these and no more.
  expect(manifest.default_permissions).toEqual(USED_PERMISSIONS);
});

test('app.yml registers an App that nobody else can install', () => {
  expect(manifest.public).toBe(false);
});

test('deliveries go where the server takes them', () => {
  expect(new URL(manifest.hook_attributes.url).pathname).toBe('/webhooks/github');
});

test('people who sign in come back to where the server expects them', () => {
  expect(manifest.callback_urls.map((url) => new URL(url).pathname)).toEqual([`${forgeSignInAddress('github')}/callback`]);
});

test.each(HANDLED_ACTIONS.map((name) => name.split('.')))('%s.%s is handled', (event = '', action = '') => {
  const translation = translate(event, { action }, 'github');
  expect(translation).toEqual({ ignored: expect.stringContaining('not what GitHub documents') });
});
