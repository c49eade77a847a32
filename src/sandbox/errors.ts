import { SignalboxError } from '../errors.ts';

export function sandboxGone(what: string, cause?: unknown): SignalboxError {
  return new SignalboxError('sandbox.gone', `The sandbox is gone: ${what}.`, {
    nextStep: 'Run the agent again with `/agent retry`; if it happens again, look for memory shortage on the worker’s machine.',
    retryable: true,
    cause,
  });
}
