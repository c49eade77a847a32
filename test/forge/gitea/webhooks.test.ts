import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Forge, ForgeEvent } from '../../../src/forge/forge.ts';
import type { GiteaOptions as StandInOptions } from '../../support/gitea/gitea.ts';
import { startGiteaWorld, type GiteaWorld } from './world.ts';

interface Request {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Takes every webhook, and keeps it. */
async function startReceiver() {
  const received: Request[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        received.push({ headers: request.headers, body: Buffer.concat(chunks) });
        response.writeHead(202).end();
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/gitea`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

let receiver: Awaited<ReturnType<typeof startReceiver>>;
beforeEach(async () => void (receiver = await startReceiver()));
afterEach(() => receiver[Symbol.asyncDispose]());

function read(forge: Forge, { headers, body }: Request) {
  return forge.readDelivery(new Headers(Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)])), body);
}

/** What each delivery came to; those that ask for nothing are left out. */
function meanings(forge: Forge): { key: string | null; event: ForgeEvent }[] {
  return receiver.received.flatMap((request) => {
    const reading = read(forge, request);
    if (!reading.ok) throw new Error(reading.message);
    const translation = forge.translate(reading.event, reading.payload);
    return 'event' in translation ? [translation] : [];
  });
}

/** Everything that a webhook can be about, on an issue and on a pull request. */
async function everything(world: GiteaWorld): Promise<void> {
  world.setRole('ada', 'write');
  world.setRole('bob', 'write');
  const issue = await world.openIssue('ada', { title: 'Bug', body: '', labels: ['agent:worker'] });
  await world.unlabel('ada', issue, 'agent:worker');
  await world.comment('bob', issue, '/agent run');
  await world.close('ada', issue);
  await world.push('ada', { branch: 'topic', files: { 'a.txt': 'one\n' } });
  const pull = await world.openPull('ada', { title: 'Topic', head: 'topic', base: 'main' });
  await world.comment('bob', pull, 'on it');
  await world.review('bob', pull, { body: 'no', path: 'a.txt', line: 1, comment: 'this' });
  await world.gitea.settled();
}

const servers: [string, StandInOptions][] = [
  ['Gitea', {}],
  ['a Gitea that names labels', { labelChanges: 'told' }],
  ['Forgejo', { forgejo: true }],
];

describe.each(servers)('%s', (name, options) => {
  let world: GiteaWorld;
  let forge: Forge;

  beforeEach(async () => {
    world = await startGiteaWorld(options);
    forge = world.open();
    expect(await forge.ensureWebhook?.(world.repository, receiver.url)).toMatchObject({ made: 'created' });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  test('signs what it sends, and all of it is understood', async () => {
    await everything(world);
    const shown = meanings(forge).map(({ event }) => {
      if (!('subject' in event)) return event.kind;
      const { kind, subject, subjectKind, sender } = event;
      return `${kind} ${subjectKind} ${subject.number} ${sender.login}`;
    });
    expect(shown).toEqual([
      'labels-changed issue 1 ada',
      'labels-changed issue 1 ada',
      'commented issue 1 bob',
      'closed issue 1 ada',
      'commented pull 2 bob',
      'changes-requested pull 2 bob',
    ]);
  });

  test('says which labels, or leaves it to the history of the issue', async () => {
    const begun = new Date();
    await everything(world);
    const changes = meanings(forge).flatMap(({ event }) => (event.kind === 'labels-changed' ? [event] : []));
    const told = name === 'a Gitea that names labels';
    expect(changes.map(({ added, removed }) => ({ added, removed }))).toEqual(
      told
        ? [
            { added: ['agent:worker'], removed: [] },
            { added: [], removed: ['agent:worker'] },
          ]
        : [
            { added: null, removed: null },
            { added: null, removed: null },
          ],
    );
    const history = await forge.labelChanges?.({ forge: forge.name, repository: world.repository, number: 1 }, begun);
    expect(history?.map(({ change, label }) => `${change} ${label}`)).toEqual(['added agent:worker', 'removed agent:worker']);
  });

  test('sends again under a new id what has the same key, and is found without any delivery under it too', async () => {
    const begun = new Date();
    await everything(world);
    const keys = (all: readonly { key: string | null }[]) => all.flatMap(({ key }) => key ?? []);
    const first = keys(meanings(forge));
    expect(first).toHaveLength(4);
    const ids = new Set(world.gitea.deliveries.map(({ guid }) => guid));
    for (const guid of ids) world.gitea.redeliver(guid);
    await world.gitea.settled();
    expect(new Set(receiver.received.map(({ headers }) => headers['x-gitea-delivery'])).size).toBe(ids.size * 2);
    expect(keys(meanings(forge))).toEqual([...first, ...first]);
    const found = keys(await forge.happenings(world.repository, begun));
    expect(found).toEqual(first.filter((key) => !key.startsWith('review/')));
  });

  test('with another secret is not let in', async () => {
    await everything(world);
    const [request] = receiver.received;
    const body = Buffer.concat([request?.body ?? Buffer.alloc(0), Buffer.from(' ')]);
    expect(read(forge, { headers: request?.headers ?? {}, body })).toMatchObject({ ok: false, status: 401 });
  });
});

test('a webhook that leads here with a secret of somebody else is replaced', async () => {
  await using world = await startGiteaWorld();
  const forge = world.open();
  const asOwner = world.gitea.as(world.gitea.botLogin);
  const config = { url: receiver.url, content_type: 'form', secret: 'another' };
  await asOwner.request('POST', `/repos/${world.repository}/hooks`, { type: 'gitea', config, events: ['push'], active: false });
  expect(await forge.ensureWebhook?.(world.repository, receiver.url)).toMatchObject({ made: 'updated' });
  await everything(world);
  expect(await world.hooks?.()).toMatchObject([{ url: receiver.url, active: true }]);
  expect(meanings(forge)).toHaveLength(6);
});

test('without the rights of an administrator no webhook is made, and the error says what is missing', async () => {
  await using world = await startGiteaWorld();
  await world.gitea.addRepository('acme/other', { botRole: 'write' });
  await expect(world.open().ensureWebhook?.('acme/other', receiver.url)).rejects.toMatchObject({
    code: 'forge.forbidden',
    nextStep: expect.stringMatching(/administrator of the repository.*write:repository/),
  });
});
