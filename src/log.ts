import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';

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
