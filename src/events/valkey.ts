import { Redis } from 'ioredis';
import { SignalboxError } from '../errors.ts';
import type { Logger } from '../log.ts';

export interface ValkeyPlace {
  readonly host: string;
  readonly port: number;
  readonly password: string | null;
}

/** What is written in one go. */
export interface Publication {
  /** Key, value, and for how many seconds; null: for good. */
  readonly states: readonly (readonly [key: string, value: string, seconds: number | null])[];
  readonly channel: string;
  readonly messages: readonly string[];
}

export interface Valkey extends AsyncDisposable {
  /** Errors: `valkey.unreachable`; a part of it may have been written then. */
  write(publication: Publication): Promise<void>;
}

export function openValkey({ host, port, password }: ValkeyPlace, log: Logger): Valkey {
  const client = new Redis({ host, port, ...(password ? { password } : {}), maxRetriesPerRequest: 1, enableOfflineQueue: false });
  client.on('error', (error) => log.debug({ err: error }, 'no connection to Valkey'));
  return {
    async write({ states, channel, messages }) {
      const pipeline = client.pipeline();
      for (const [key, value, seconds] of states) {
        if (seconds === null) pipeline.set(key, value);
        else pipeline.set(key, value, 'EX', seconds);
      }
      for (const message of messages) pipeline.publish(channel, message);
      const answers = await pipeline.exec().catch((error: unknown) => [[error as Error, null] as const]);
      const failed = answers?.find(([error]) => error !== null)?.[0];
      if (!failed) return;
      throw new SignalboxError('valkey.unreachable', `Valkey did not take what was published: ${failed.message}`, {
        nextStep: 'Check VALKEY_HOST, VALKEY_PORT and VALKEY_PASSWORD; it is tried again.',
        retryable: true,
        cause: failed,
      });
    },
    async [Symbol.asyncDispose]() {
      client.disconnect();
    },
  };
}
