import { SignalboxError, messageOf } from '../../errors.ts';

/** The HTTP status that the engine answered with, if it answered. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error)) return undefined;
  return typeof error.statusCode === 'number' ? error.statusCode : undefined;
}

/** The container does not exist, or does not run. */
export function isGone(error: unknown): boolean {
  const status = statusOf(error);
  return status === 404 || status === 409;
}

export function isUnreachable(error: unknown): boolean {
  return error instanceof Error && statusOf(error) === undefined && 'code' in error;
}

/** What a person does about an engine that does not answer, from the socket's own error. */
export function unreachableNextStep(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EACCES' || code === 'EPERM') {
    return 'Let this user talk to Docker: `sudo usermod -aG docker $USER`, then log in again.';
  }
  if (code === 'ENOENT') {
    return 'Install Docker (`sudo apt-get install docker.io`, or https://docs.docker.com/engine/install/) and start it: `sudo systemctl start docker`.';
  }
  return 'Start the Docker engine: `sudo systemctl start docker`, and check it with `docker info`.';
}

export function engineUnreachable(error: unknown): SignalboxError {
  return new SignalboxError('sandbox.engine-unreachable', `The Docker engine does not answer: ${messageOf(error)}`, {
    nextStep: unreachableNextStep(error),
    retryable: true,
    cause: error,
  });
}

export function buildImageStep(image: string): string {
  return `Build it: \`docker build -f Dockerfile.sandbox -t ${image} .\` (or set SANDBOX_IMAGE to one that exists).`;
}

/** Any failure of the engine, while a sandbox is made or looked after, as the error of the contract. */
export function engineError(error: unknown, image: string): SignalboxError {
  if (error instanceof SignalboxError) return error;
  if (isUnreachable(error)) return engineUnreachable(error);
  if (statusOf(error) === 404 && /no such image/i.test(messageOf(error))) {
    return new SignalboxError('sandbox.image-missing', `The sandbox image ${image} is not on this machine.`, {
      nextStep: buildImageStep(image),
      cause: error,
    });
  }
  return new SignalboxError('sandbox.start-failed', `Docker could not start the sandbox: ${messageOf(error)}`, {
    nextStep: 'Run `npm run doctor` on the worker’s machine, and `docker info` if it finds nothing.',
    cause: error,
  });
}
