import { EventEmitter, once } from 'node:events';
import pg from 'pg';
import type { Logger } from '../log.ts';

/**
 * Wakes those who wait for something that another process wrote. A notification is only a hint: whoever waits also looks
 * by itself now and then, so that a connection that was down costs time and nothing else.
 */
export interface Notifications extends AsyncDisposable {
  /** Resolves at the next notification of the topic, or after `timeoutMs`; at once when the signal is aborted. */
  next(topic: string, timeoutMs: number, signal: AbortSignal): Promise<void>;
  /** Calls back for every notification of the topic until the returned function is called. */
  on(topic: string, listener: () => void): () => void;
  /** Calls back whenever notifications may have been missed. */
  onReconnect(listener: () => void): () => void;
}

export async function openNotifications(url: string, log: Logger, answerMs = ANSWER_MS): Promise<Notifications> {
  const topics = new EventEmitter().setMaxListeners(0);
  const stop = new AbortController();
  const closed = keepListening({ url, answerMs }, topics, log, stop.signal);
  await Promise.race([once(topics, RECONNECTED), closed]);

  function on(topic: string, listener: () => void): () => void {
    topics.on(`topic ${topic}`, listener);
    return () => topics.off(`topic ${topic}`, listener);
  }
  return {
    on,
    onReconnect(listener) {
      topics.on(RECONNECTED, listener);
      return () => topics.off(RECONNECTED, listener);
    },
    async next(topic, timeoutMs, signal) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const off = on(topic, resolve);
      const timer = setTimeout(resolve, timeoutMs);
      const wake = () => resolve();
      signal.addEventListener('abort', wake, { once: true });
      if (signal.aborted) resolve();
      await promise;
      clearTimeout(timer);
      signal.removeEventListener('abort', wake);
      off();
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await closed;
    },
  };
}

const RECONNECTED = 'reconnected';
const RETRY_MS = 500;
/** Milliseconds, for the connection and again for its one query: a server that accepts and says nothing is tried anew. */
const ANSWER_MS = 10_000;

async function keepListening(
  { url, answerMs }: { readonly url: string; readonly answerMs: number },
  topics: EventEmitter,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'signalbox listen',
      keepAlive: true,
      connectionTimeoutMillis: answerMs,
      query_timeout: answerMs,
    });
    const { promise: over, resolve: end } = Promise.withResolvers<void>();
    client.on('error', () => end());
    client.on('end', () => end());
    client.on('notification', (message) => topics.emit(`topic ${message.payload ?? ''}`));
    signal.addEventListener('abort', () => end(), { once: true });
    try {
      await client.connect();
      await client.query('listen signalbox');
      topics.emit(RECONNECTED);
      await over;
    } catch (error) {
      log.warn({ err: error }, 'listening for notifications failed');
    }
    await client.end().catch(() => {});
    if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
