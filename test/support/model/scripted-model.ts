import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { toAnswer } from './answer.ts';
import { type StreamEvent, toEvents } from './events.ts';
import type { MessagesRequest } from './messages-schema.ts';
import { type Choice, type Script, type ScriptedFault, type ScriptedTurn, choose } from './script.ts';
import { type Refusal, readRequest, refuseHeaders } from './validate.ts';

/** One request that the server has seen, for tests to look at. */
export interface SeenRequest {
  /** The body as it was sent; null when it was refused before it was read as a message. */
  readonly body: MessagesRequest | null;
  readonly conversation: string | null;
  readonly turn: number | null;
  /** 0 while it is open. */
  status: number;
  refusal: Refusal | null;
  outcome: 'open' | 'answered' | 'closed';
  /** `closed`: the connection went before the answer was whole. */
  readonly ended: Promise<'answered' | 'closed'>;
}

export interface ScriptedModel extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** Resolves with the n-th request (from 0) once it has arrived. */
  arrived(index: number): Promise<SeenRequest>;
  /** Turns that were answered more than once, broken streams aside: what a resumed agent must never cause. */
  askedTwice(): string[];
}

/**
 * A stand-in for Claude's Messages API on the loopback: it answers from a script, streams as the real service does,
 * and refuses what the real service refuses.
 */
export async function startScriptedModel(options: { apiKey: string; script: Script; port?: number }): Promise<ScriptedModel> {
  const requests: SeenRequest[] = [];
  const failures = new Map<string, number>();
  const waiting: (() => void)[] = [];
  const closing = new AbortController();

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readBody(incoming);
    const read = route(incoming) ?? refuseHeaders(new Headers(incoming.headers as Record<string, string>), options.apiKey);
    const parsed = read ? { refusal: read } : readRequest(text);
    const choice = 'request' in parsed ? choose(options.script, parsed.request) : null;
    const seen: SeenRequest = {
      body: 'request' in parsed ? parsed.request : null,
      conversation: choice?.conversation ?? null,
      turn: choice?.index ?? null,
      status: 0,
      refusal: null,
      outcome: 'open',
      ended: endOf(response),
    };
    void seen.ended.then((outcome) => (seen.outcome = outcome));
    requests.push(seen);
    for (const wake of waiting.splice(0)) wake();
    if ('refusal' in parsed) return refuse(seen, response, parsed.refusal);
    if (!choice?.turn)
      return refuse(seen, response, {
        status: 400,
        type: 'invalid_request_error',
        message: `the script has no turn ${choice?.index} for this conversation`,
      });
    await answer(seen, response, parsed.request, choice, choice.turn);
  }

  async function answer(
    seen: SeenRequest,
    response: ServerResponse,
    request: MessagesRequest,
    choice: Choice,
    turn: ScriptedTurn,
  ): Promise<void> {
    const closed = AbortSignal.any([closing.signal, closedSignal(response)]);
    if (turn.delayMs) await wait(turn.delayMs, undefined, { signal: closed });
    const fault = dueFault(failures, choice, turn);
    if (fault && 'status' in fault) return refuse(seen, response, { ...fault, message: fault.message ?? fault.type }, fault.headers);
    const message = toAnswer(request, choice, turn);
    seen.status = 200;
    if (!request.stream) return sendJson(response, 200, message);
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache', 'request-id': message.id });
    await stream(response, toEvents(message), turn, fault?.stream ?? null, closed);
  }

  const server = createServer((incoming, response) => {
    handle(incoming, response).catch((error: unknown) => {
      if (!response.headersSent && !response.destroyed)
        sendJson(response, 500, { type: 'error', error: { type: 'api_error', message: String(error) } });
      else response.destroy();
    });
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async arrived(index) {
      while (requests.length <= index) await new Promise<void>((resolve) => waiting.push(resolve));
      return requests[index]!;
    },
    askedTwice() {
      const answered = requests
        .filter(({ status, outcome }) => status === 200 && outcome !== 'closed')
        .map((request) => `${request.conversation}#${request.turn}`);
      return answered.filter((key, index) => answered.indexOf(key) !== index);
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function stream(
  response: ServerResponse,
  events: StreamEvent[],
  turn: ScriptedTurn,
  fault: 'cut' | 'hang' | 'error' | null,
  closed: AbortSignal,
): Promise<void> {
  const upTo = fault ? Math.max(2, Math.floor(events.length / 2)) : events.length;
  for (const event of events.slice(0, upTo)) {
    closed.throwIfAborted();
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
    await wait(turn.pieceDelayMs ?? 0, undefined, { signal: closed });
  }
  if (fault === 'hang') return;
  if (fault === 'cut') return void response.destroy();
  if (fault === 'error')
    response.write(
      `event: error\ndata: ${JSON.stringify({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } })}\n\n`,
    );
  response.end();
}

/** The fault that this request meets, if its turn has one left. */
function dueFault(failures: Map<string, number>, choice: Choice, turn: ScriptedTurn): ScriptedFault | null {
  if (turn.fail === undefined) return null;
  const fault: ScriptedFault = turn.fail === 'hang' ? { stream: 'hang' } : turn.fail === 'cut-stream' ? { stream: 'cut' } : turn.fail;
  const key = `${choice.conversation}#${choice.index}`;
  const met = failures.get(key) ?? 0;
  if (met >= (fault.times ?? Infinity)) return null;
  failures.set(key, met + 1);
  return fault;
}

function refuse(seen: SeenRequest, response: ServerResponse, refusal: Refusal, headers: Readonly<Record<string, string>> = {}): void {
  seen.status = refusal.status;
  seen.refusal = refusal;
  const { type, message } = refusal;
  // The SDK waits as long as it is told before it tries again; tests should not wait.
  sendJson(
    response,
    refusal.status,
    { type: 'error', error: { type, message }, request_id: 'req_scripted' },
    { 'retry-after-ms': '5', ...headers },
  );
}

function sendJson(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', 'request-id': 'req_scripted', ...headers });
  response.end(JSON.stringify(body));
}

function route(incoming: IncomingMessage): Refusal | null {
  const path = incoming.url?.split('?')[0];
  if (path !== '/v1/messages') return { status: 404, type: 'not_found_error', message: 'Not found' };
  if (incoming.method !== 'POST') return { status: 405, type: 'invalid_request_error', message: 'Method Not Allowed' };
  return null;
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString('utf8');
}

function endOf(response: ServerResponse): Promise<'answered' | 'closed'> {
  return new Promise((resolve) => {
    response.once('finish', () => resolve('answered'));
    response.once('close', () => resolve(response.writableEnded ? 'answered' : 'closed'));
  });
}

function closedSignal(response: ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => controller.abort());
  return controller.signal;
}
