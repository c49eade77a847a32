import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect } from 'vitest';
import { MAX_DELIVERY_BYTES } from '../../src/webhook/receive.ts';
import { deliver, signatureOf } from '../support/deliver.ts';
import { needsDocker } from '../support/needs.ts';
import { deliveries, handled } from './look.ts';
import { MEND } from './scripts.ts';
import { REPOSITORY, story, until, type Stage } from './stage.ts';

const noDocker = await needsDocker();
const PING = JSON.stringify({ zen: 'Is anybody there?' });

async function codeOf(answer: Response): Promise<string> {
  return ((await answer.json()) as { error: { code: string } }).error.code;
}

/** The body piece by piece, until there is an answer: what it says, and how much was taken by then. */
async function pour(url: string, bytes: number, headers: Record<string, string>): Promise<{ status: number; poured: number }> {
  const piece = Buffer.alloc(256 * 1024, ' ');
  const pouring = request(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers } });
  const answered = once(pouring, 'response');
  const over = new AbortController();
  pouring.once('response', () => over.abort()).on('error', () => over.abort());
  pouring.flushHeaders();
  let poured = 0;
  while (poured < bytes && !over.signal.aborted) {
    poured += piece.length;
    if (!pouring.write(piece)) await Promise.race([once(pouring, 'drain'), answered]);
  }
  const [response] = (await answered) as [{ statusCode: number }];
  pouring.destroy();
  return { status: response.statusCode, poured };
}

describe('a delivery that is not let in', () => {
  story('is told why, and leaves nothing behind', { script: [] }, async (stage) => {
    const { signalbox } = stage;
    const answers: [string, Promise<Response>, number, string][] = [
      [
        'without a signature',
        deliver(signalbox, { event: 'ping', body: PING, headers: { 'x-hub-signature-256': null } }),
        401,
        'delivery.unsigned',
      ],
      [
        'with another secret’s signature',
        deliver(signalbox, { event: 'ping', body: PING, headers: { 'x-hub-signature-256': signatureOf(PING, 'guessed') } }),
        401,
        'delivery.bad-signature',
      ],
      [
        'with the signature of another body',
        deliver(signalbox, { event: 'ping', body: `${PING} `, headers: { 'x-hub-signature-256': signatureOf(PING) } }),
        401,
        'delivery.bad-signature',
      ],
      [
        'empty and unsigned',
        deliver(signalbox, { event: 'ping', body: '', headers: { 'x-hub-signature-256': null } }),
        401,
        'delivery.unsigned',
      ],
      ['empty', deliver(signalbox, { event: 'ping', body: '' }), 400, 'delivery.bad-json'],
      ['of invalid JSON', deliver(signalbox, { event: 'issues', body: '{"action":' }), 400, 'delivery.bad-json'],
      [
        'as a form',
        deliver(signalbox, { event: 'issues', body: 'payload=%7B%7D', headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
        400,
        'delivery.not-json',
      ],
      [
        'without an id',
        deliver(signalbox, { event: 'issues', body: '{}', headers: { 'x-github-delivery': null } }),
        400,
        'delivery.bad-headers',
      ],
      [
        'without an event',
        deliver(signalbox, { event: 'issues', body: '{}', headers: { 'x-github-event': null } }),
        400,
        'delivery.bad-headers',
      ],
    ];
    for (const [name, sending, status, code] of answers) {
      const answer = await sending;
      expect([answer.status, await codeOf(answer)], name).toEqual([status, code]);
    }
    expect(await deliveries(stage)).toEqual([]);
  });

  story('is read by POST alone', { script: [] }, async ({ signalbox }) => {
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']) {
      const answer = await fetch(`${signalbox.url}/webhooks/github`, { method });
      expect(answer.status, method).toBe(404);
    }
    expect((await fetch(`${signalbox.url}/webhooks/nowhere`, { method: 'POST', body: PING })).status).toBe(404);
  });

  story(
    'is too large: 30 MB are refused, unread where they are announced, and otherwise once it is too much',
    { script: [] },
    async (stage) => {
      const url = `${stage.signalbox.url}/webhooks/github`;
      const told = await fetch(url, { method: 'POST', headers: { 'x-hub-signature-256': 'sha256=00' }, body: new Uint8Array(30_000_000) });
      expect([told.status, await codeOf(told)]).toEqual([413, 'webhook.too-large']);
      expect(await pour(url, 0, { 'content-length': '30000000' })).toEqual({ status: 413, poured: 0 });
      const poured = await pour(url, 10 * MAX_DELIVERY_BYTES, {});
      expect(poured.status).toBe(413);
      // The rest is what was on its way in the buffers of two sockets.
      expect(poured.poured).toBeLessThan(2 * MAX_DELIVERY_BYTES);
      expect((await fetch(`${stage.signalbox.url}/health`)).status).toBe(200);
      expect(await deliveries(stage)).toEqual([]);
    },
  );

  story('is as large as GitHub’s largest: it is read', { script: [] }, async (stage) => {
    const body = JSON.stringify({ zen: 'x'.repeat(24_000_000) });
    expect((await deliver(stage.signalbox, { event: 'ping', body })).status).toBe(202);
    expect(await deliveries(stage)).toMatchObject([{ event: 'ping', state: 'ignored' }]);
  });
});

describe('a delivery that asks for nothing', () => {
  story('is written down with the reason', { script: [] }, async (stage) => {
    const labelled = { action: 'labeled', repository: { full_name: REPOSITORY }, sender: { login: 'ada', id: 1 } };
    const sent: [string, object, RegExp][] = [
      ['ping', { zen: 'Is anybody there?' }, /^ping asks for nothing$/],
      ['sponsorship', { action: 'created' }, /^sponsorship.created asks for nothing$/],
      ['issues', { action: 'pinned' }, /^issues.pinned asks for nothing$/],
      ['issues', { ...labelled, issue: { number: 'one' }, label: { name: 'agent:worker' } }, /not what GitHub documents: issue\.number/],
      ['issues', { ...labelled, issue: { number: 1 }, label: null }, /not what GitHub documents: label/],
      [
        'issues',
        { ...labelled, issue: { number: 1 }, label: { name: 'agent:worker' }, repository: { full_name: '../../etc' } },
        /repository\.full_name/,
      ],
      ['issue_comment', { action: 'created', comment: [] }, /not what GitHub documents/],
      ['issues', { action: { toString: 'labeled' } }, /^issues asks for nothing$/],
      ['issues', { action: 'constructor' }, /asks for nothing$/],
    ];
    for (const [event, payload] of sent) {
      const answer = await deliver(stage.signalbox, { event, body: JSON.stringify(payload) });
      expect([answer.status, ((await answer.json()) as { status: string }).status]).toEqual([202, 'ignored']);
    }
    const written = await deliveries(stage);
    expect(written.map(({ event, state }) => [event, state])).toEqual(sent.map(([event]) => [event, 'ignored']));
    for (const [index, [, , reason]] of sent.entries()) expect(written[index]!.note).toMatch(reason);
    expect(stage.forge.requests).toEqual([]);
  });

  story('or whose JSON goes deeper than anybody reads', { script: [] }, async (stage) => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const known = `{"action":"labeled","issue":{"number":1},"label":{"name":"bug"},"repository":{"full_name":"${REPOSITORY}"},"sender":{"login":"ada","id":1},"more":${deep}}`;
    for (const body of [`{"a":${deep}}`, known]) expect((await deliver(stage.signalbox, { event: 'issues', body })).status).toBe(202);
    await handled(stage);
    expect((await deliveries(stage)).map(({ state }) => state)).toEqual(['ignored', 'ignored']);
  });

  story('is about an installation or a repository that the App does not have', { script: [] }, async (stage) => {
    await stage.forge.addRepository('elsewhere/app', { installed: false, collaborators: { ada: 'admin' } });
    const { id } = await stage.ada.request<{ id: number }>('GET', '/user');
    for (const full_name of ['elsewhere/app', 'nobody/nothing']) {
      const payload = {
        action: 'labeled',
        issue: { number: 1 },
        label: { name: 'agent:worker' },
        repository: { full_name },
        sender: { login: 'ada', id, type: 'User' },
        installation: { id: 987_654_321 },
      };
      expect((await deliver(stage.signalbox, { event: 'issues', body: JSON.stringify(payload) })).status).toBe(202);
    }
    await handled(stage);
    expect(await deliveries(stage)).toMatchObject([
      { state: 'failed', note: expect.stringContaining('The GitHub App is not installed on elsewhere/app') },
      { state: 'failed', note: expect.stringContaining('The GitHub App is not installed on nobody/nothing') },
    ]);
    expect(await stage.tasks()).toEqual([]);
    expect((await fetch(`${stage.signalbox.url}/health/ready`)).status).toBe(200);
  });
});

describe('an answer comes at once', () => {
  /** GitHub waits ten seconds. */
  const LONGEST_MS = 10_000;
  const labelBody = (stage: Stage) => stage.forge.deliveries.findLast(({ action }) => action === 'labeled')!.body;

  story('while the forge is down, and the work is done when it is back', { script: MEND }, async (stage) => {
    const issue = await stage.openIssue('duration(119) says 2 minutes');
    await handled(stage);
    const outage = stage.forge.fail({ status: 'drop', times: 1_000_000 });
    const began = Date.now();
    await stage.ada.label(REPOSITORY, issue, 'agent:worker');
    await stage.forge.settled();
    expect(stage.forge.deliveries.at(-1)!.attempts.map(({ status }) => status)).toEqual([202]);
    expect(Date.now() - began).toBeLessThan(LONGEST_MS);
    await until(
      async () => (await deliveries(stage)).some(({ attempts, note }) => attempts > 0 && note !== null && /forge|GitHub/.test(note)),
      'the first attempt to fail',
    );
    outage.cancel();
    expect(await stage.ended(issue)).toMatchObject({ state: 'completed' });
  });

  story('while the forge hangs and every worker is busy', { script: [{ fail: 'hang' }] }, async (stage) => {
    const issue = await stage.openIssue('duration(119) says 2 minutes');
    await stage.ada.label(REPOSITORY, issue, 'agent:worker');
    await stage.model.arrived(0);
    const over = Promise.withResolvers<void>();
    const hanging = stage.forge.fail({ until: over.promise, times: 1_000_000 });
    const body = labelBody(stage);
    const began = Date.now();
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => deliver(stage.signalbox, { event: 'issues', body, guid: randomUUID() })),
    );
    expect(answers.filter(({ status }) => status !== 202)).toEqual([]);
    expect(Date.now() - began).toBeLessThan(LONGEST_MS);
    hanging.cancel();
    over.resolve();
    await stage.ada.comment(REPOSITORY, issue, '/agent kill');
    expect(await stage.ended(issue)).toMatchObject({ state: 'killed' });
    await handled(stage);
    expect(await stage.tasks()).toHaveLength(1);
  });
});

describe('health', () => {
  story('says how long it runs, and whether every part is ready', { script: [] }, async ({ signalbox }) => {
    const alive = await fetch(`${signalbox.url}/health`);
    expect([alive.status, await alive.json()]).toEqual([200, { status: 'ok', uptime: expect.any(Number) as number }]);
    const ready = await fetch(`${signalbox.url}/health/ready`);
    expect([ready.status, await ready.json()]).toEqual([
      200,
      {
        status: 'ready',
        checks: {
          webhooks: { status: 'ok', detail: 'github never' },
          database: { status: 'ok', detail: expect.any(String) as string },
          queue: { status: 'ok', detail: 'BullMQ on postgres' },
          sandbox: { status: 'ok', detail: expect.any(String) as string },
        },
      },
    ]);
  });
});

describe.skipIf(noDocker)('health, with Docker', () => {
  story(
    'names the image that is missing',
    { script: [], docker: true, settings: { SANDBOX_IMAGE: 'does-not-exist:never' } },
    async ({ signalbox }) => {
      const ready = await fetch(`${signalbox.url}/health/ready`);
      const body = (await ready.json()) as { status: string; checks: Record<string, { status: string; detail: string }> };
      expect([ready.status, body.status]).toEqual([503, 'not ready']);
      expect(body.checks['sandbox']).toEqual({ status: 'failing', detail: expect.stringContaining('does-not-exist:never') as string });
      expect(body.checks['database']!.status).toBe('ok');
    },
  );
});
