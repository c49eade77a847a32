import { SignalboxError } from '../errors.ts';
import { problemsAsJson } from './problems.ts';

export async function demo({ keep = false, json = false }: { keep?: boolean; json?: boolean }): Promise<void> {
  await problemsAsJson(json, () => tellStory({ keep, json }));
}

/** The demo's parts are the stand-ins of the tests, which a production image does not have. */
async function tellStory(options: { keep: boolean; json: boolean }): Promise<void> {
  const story = await import('../../test/demo/story.ts').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new SignalboxError('demo.not-here', 'The demo’s stand-ins are not part of this installation.', {
      nextStep: 'Run `npm ci && npm run demo` in a checkout of the repository.',
      cause: error,
    });
  });
  await story.runDemo(options);
}
