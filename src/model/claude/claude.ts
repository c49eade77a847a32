import { setTimeout as wait } from 'node:timers/promises';
import Anthropic from '@anthropic-ai/sdk';
import type { SignalboxError } from '../../errors.ts';
import type { Model, ModelRequest, ModelTurn } from '../model.ts';
import { type ErrorContext, toSignalboxError } from './errors.ts';
import { priceOf } from './prices.ts';
import { redactor } from './redact.ts';
import { toParams } from './request.ts';
import { toTurn } from './response.ts';

export interface ClaudeSettings {
  readonly name: string;
  readonly apiKey: string;
  readonly baseUrl?: string | undefined;
  readonly maxRetries?: number | undefined;
}

const SERVICE = 'https://api.anthropic.com';
const CHECK_TIMEOUT_MS = 20_000;

/**
 * Claude through its own SDK. Silence on an open stream is ended after five minutes by Node's fetch; the service sends
 * pings far more often than that.
 */
export function createClaude(settings: ClaudeSettings): Model {
  const { name } = settings;
  const maxRetries = settings.maxRetries ?? 4;
  const baseUrl = settings.baseUrl ?? SERVICE;
  const context: ErrorContext = { model: name, baseUrl, redact: redactor([settings.apiKey, ...secretsOf(baseUrl)]) };
  const client = openClient(settings.apiKey.trim(), baseUrl, maxRetries);
  const price = priceOf(name);

  async function stepOnce(request: ModelRequest, signal: AbortSignal): Promise<ModelTurn | BrokenStream> {
    let began = false;
    try {
      const stream = client.messages.stream(toParams(name, request), { signal });
      stream.on('connect', () => (began = true));
      if (request.onText) stream.on('text', request.onText);
      return toTurn(await stream.finalMessage(), price);
    } catch (error) {
      signal.throwIfAborted();
      const known = toSignalboxError(error, context);
      if (began && known.retryable) return { brokenBy: known };
      throw known;
    }
  }

  /** The SDK retries until the answer begins; an answer that breaks off is asked for again here. */
  async function step(request: ModelRequest, signal: AbortSignal): Promise<ModelTurn> {
    signal.throwIfAborted();
    for (let attempt = 0; ; attempt++) {
      const result = await stepOnce(request, signal);
      if (!('brokenBy' in result)) return result;
      if (attempt >= maxRetries) throw result.brokenBy;
      await wait(backOffMs(attempt), undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }

  async function check(): Promise<{ ok: boolean; detail: string }> {
    try {
      await client.messages.create(
        { model: name, max_tokens: 16, messages: [{ role: 'user', content: 'Answer with the word ready.' }] },
        { maxRetries: 0, timeout: CHECK_TIMEOUT_MS },
      );
      return { ok: true, detail: [`${name} answers.`, price.note].filter((sentence) => sentence !== null).join(' ') };
    } catch (error) {
      const known = toSignalboxError(error, context);
      return { ok: false, detail: `${known.message.replace(/[.\s]*$/, '.')} ${known.nextStep}` };
    }
  }

  return { name, check, step };
}

interface BrokenStream {
  readonly brokenBy: SignalboxError;
}

/** Everything that the SDK would otherwise take from the environment or print is set here. */
function openClient(apiKey: string, baseURL: string, maxRetries: number): Anthropic {
  return new Anthropic({ apiKey, baseURL, maxRetries, authToken: null, webhookKey: null, logLevel: 'off', openTelemetry: false });
}

/** A gateway's address may hold a password, or a key in its query. */
function secretsOf(address: string): string[] {
  if (!URL.canParse(address)) return [];
  const url = new URL(address);
  const asWritten = /:([^:@/]+)@/.exec(address)?.[1];
  return [url.password, asWritten ?? '', url.search];
}

function backOffMs(attempt: number): number {
  return Math.min(500 * 2 ** attempt, 8000) * (1 - Math.random() * 0.25);
}
