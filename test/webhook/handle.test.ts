import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Forge } from '../../src/forge/forge.ts';
import { createForges } from '../../src/forge/index.ts';
import { createLog } from '../../src/log.ts';
import type { Database } from '../../src/store/database.ts';
import { readEvents } from '../../src/store/events.ts';
import { latestTaskOf, liveTaskOf } from '../../src/store/tasks.ts';
import { handleDelivery } from '../../src/webhook/handle.ts';
import { startGithub, type Github } from '../support/github/github.ts';
import { WEBHOOK_SECRET } from '../support/signalbox.ts';
import { openStore } from '../store/open.ts';
import { ORIGIN } from '../support/origin.ts';

const REPOSITORY = 'acme/app';
const subject = { forge: 'github', repository: REPOSITORY, number: 1 };
let github: Github;
let store: Database;
let forge: Forge;

beforeEach(async () => {
  github = await startGithub();
  store = await openStore();
  github.addUser('ada');
  github.addUser('eve');
  await github.addRepository(REPOSITORY, { files: { 'README.md': '' }, collaborators: { ada: 'write' } });
  await github.as('ada').openIssue(REPOSITORY, { title: 'Mend it' });
  const options = {
    appId: github.appId,
    privateKey: github.privateKey,
    webhookSecret: WEBHOOK_SECRET,
    apiUrl: github.url,
    throttle: false,
  };
  forge = createForges({ github: options, gitea: null }, createLog('silent'))[0]!;
  return async () => {
    await github[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  };
});
afterEach(() => github.assertConformant());

const REFUSE_NOTES = `
  create function signalbox.refuse() returns trigger language plpgsql as $$ begin raise exception 'refused'; end $$;
  create trigger refuse before insert on signalbox.events for each row when (new.type = 'command.accepted')
    execute function signalbox.refuse()`;

/** The newest delivery of a person. */
function newest() {
  return github.deliveries.findLast((one) => senderOf(one.body) !== github.botLogin)!;
}

/** Handles a delivery as if it had been taken for the n-th time. */
async function handle(attempts = 1, allowedBots: string[] = [], { guid, event, body } = newest()) {
  return handleDelivery(
    { db: store.db, forge, allowedBots, origin: ORIGIN },
    { deliveryId: guid, event, body, attempts, receivedAt: new Date() },
  );
}

function senderOf(body: string): string {
  return (JSON.parse(body) as { sender: { login: string } }).sender.login;
}

const comments = () => github.repository(REPOSITORY).comments(1);
const replies = () => comments().filter(({ author }) => author === github.botLogin);

describe('a delivery that is handled', () => {
  test('does what it asks for, and notes it', async () => {
    await github.as('ada').comment(REPOSITORY, 1, '/agent run');
    expect(await handle()).toEqual({ state: 'handled', note: 'run: done' });
    expect(await latestTaskOf(store.db, subject)).toMatchObject({ state: 'pending', requestedBy: { login: 'ada' } });
    const events = await readEvents(store.db, { after: 0, limit: 10, types: ['command.accepted'] });
    expect(events.map(({ data }) => data)).toMatchObject([
      { repository: REPOSITORY, number: 1, by: 'ada', command: 'run', route: 'comment' },
    ]);
  });

  test('and asks for nothing is ignored, without a word to the forge', async () => {
    await github.as('ada').comment(REPOSITORY, 1, 'Thank you.');
    const before = github.requests.length;
    expect(await handle()).toEqual({ state: 'ignored', note: 'it asks for nothing' });
    expect(github.requests).toHaveLength(before);
  });

  test('and reviews somebody’s own pull request is not for us', async () => {
    await github.as('ada').push(REPOSITORY, { branch: 'mine', files: { 'a.txt': 'a' } });
    const { number } = await github.as('ada').openPull(REPOSITORY, { title: 'Mine', head: 'mine', base: 'main' });
    await github.as('eve').review(REPOSITORY, number, { event: 'REQUEST_CHANGES', body: 'No.' });
    expect(await handle()).toEqual({ state: 'ignored', note: 'it is about nothing that an agent has made' });
    expect(await latestTaskOf(store.db, { ...subject, number })).toBeNull();
  });
});

describe('a delivery that is handled again, because a server died over it', () => {
  test('makes one task, one reaction and one reply', async () => {
    await github.as('ada').comment(REPOSITORY, 1, '/agent run\n/agent status');
    await handle();
    expect(await handle(2)).toEqual({ state: 'handled', note: 'run: done before; status: done before' });
    expect(replies()).toHaveLength(1);
    expect(comments()[0]!.reactions).toHaveLength(1);
  });

  test('finishes what was left, and repeats nothing', async () => {
    await github.as('ada').comment(REPOSITORY, 1, '/agent run');
    await handle();
    const first = (await liveTaskOf(store.db, subject))!;
    await github.as('ada').comment(REPOSITORY, 1, '/agent kill\n/agent run afresh\n/agent help');
    // The answer to the last command gets lost, as when the server dies there.
    github.fail({ match: /^POST [^?]*\/comments$/, status: 503 });
    await expect(handle()).rejects.toMatchObject({ code: 'forge.server-error' });
    const second = (await liveTaskOf(store.db, subject))!;
    expect(second).toMatchObject({ state: 'pending', instruction: 'afresh' });
    expect(second.id).not.toBe(first.id);
    expect(await handle(2)).toEqual({ state: 'handled', note: 'kill: done before; run: done before; help: done before' });
    expect((await liveTaskOf(store.db, subject))!.id).toBe(second.id);
    expect(replies()).toHaveLength(1);
  });

  test('stops only what was there the first time, and gives the same answer', async () => {
    github.repository(REPOSITORY).setRole('ada', 'maintain');
    await github.as('ada').comment(REPOSITORY, 1, '/agent run');
    await handle();
    await github.as('ada').comment(REPOSITORY, 1, '/agent kill-all enough');
    const asked = newest();
    github.fail({ match: /^POST [^?]*\/comments$/, status: 503 });
    await expect(handle()).rejects.toMatchObject({ code: 'forge.server-error' });
    await github.as('ada').openIssue(REPOSITORY, { title: 'Something else' });
    await github.as('ada').comment(REPOSITORY, 2, '/agent run');
    await handle();
    expect(await handle(2, [], asked)).toEqual({ state: 'handled', note: 'kill-all: done before' });
    expect(await liveTaskOf(store.db, subject)).toBeNull();
    expect(await liveTaskOf(store.db, { ...subject, number: 2 })).toMatchObject({ state: 'pending' });
    expect(replies().map(({ body }) => body.split('\n').at(-1))).toEqual(['1 agent (#1) that had not begun is over.']);
  });

  test('finds the stop undone whose note could not be written', async () => {
    await github.as('ada').comment(REPOSITORY, 1, '/agent run');
    await handle();
    await github.as('ada').comment(REPOSITORY, 1, '/agent kill');
    await store.pool.query(REFUSE_NOTES);
    await expect(handle()).rejects.toThrow('Failed query');
    expect(await liveTaskOf(store.db, subject)).toMatchObject({ state: 'pending' });
    await store.pool.query('drop trigger refuse on signalbox.events');
    expect(await handle(2)).toEqual({ state: 'handled', note: 'kill: done' });
    expect(await liveTaskOf(store.db, subject)).toBeNull();
  });

  test('refuses once', async () => {
    await github.as('eve').comment(REPOSITORY, 1, '/agent run');
    expect(await handle()).toEqual({ state: 'handled', note: 'run: refused (read)' });
    expect(await handle(2)).toEqual({ state: 'handled', note: 'run: done before' });
    expect(replies()).toHaveLength(1);
    expect(await readEvents(store.db, { after: 0, limit: 10, types: ['command.refused'] })).toHaveLength(1);
  });
});

describe('what the forge refuses on the way', () => {
  test('is an error where it holds the command up, and none where it is a reaction', async () => {
    await github.as('ada').comment(REPOSITORY, 1, '/agent run');
    github.fail({ match: /\/reactions$/, status: 403 });
    expect(await handle()).toMatchObject({ state: 'handled' });
    await github.as('ada').comment(REPOSITORY, 1, '/agent status');
    github.fail({ match: /\/reactions$/, status: 502 });
    await expect(handle()).rejects.toMatchObject({ retryable: true });
    expect(replies()).toHaveLength(0);
  });
});
