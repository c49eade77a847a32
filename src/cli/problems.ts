import { SignalboxError } from '../errors.ts';
import { EXIT } from './exit.ts';

/** What a person would be told, for programs. */
export function problemJson({ code, message, nextStep }: SignalboxError): object {
  return { error: { code, message, nextStep } };
}

/** With `json`, what can be explained is told on stdout as one line of JSON, and the exit code says that it went wrong. */
export async function problemsAsJson(json: boolean, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!json || !(error instanceof SignalboxError)) throw error;
    console.log(JSON.stringify(problemJson(error)));
    process.exitCode = EXIT.refused;
  }
}
