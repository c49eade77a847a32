import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';
import type { Task } from './domain/task.ts';

export type Logger = PinoLogger;

/**
 * A log line is a constant message and fields. Fields that could carry a credential are censored wherever they appear
 * on the first levels.
 */
export function createLog(level: string, destination?: DestinationStream): Logger {
  const secretFields = ['authorization', 'token', 'secret', 'password', 'apiKey', 'privateKey', 'webhookSecret'];
  const options = {
    level,
    redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`, `*.*.${field}`, `*.headers.${field}`]), censor: '[secret]' },
  };
  return destination ? pino(options, destination) : pino(options);
}

/** Its lines name the task, the agent, and the request that they go back to: one search finds all of a request. */
export function logAbout(log: Logger, { id, origin }: Pick<Task, 'id' | 'origin'>, agentId?: string): Logger {
  return log.child({ requestId: origin.requestId, task: id, ...(agentId === undefined ? {} : { agent: agentId }) });
}
