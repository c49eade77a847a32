import Docker from 'dockerode';

type Dial = Docker['modem']['dial'];
type Request = Parameters<Dial>[0];

/** Where the engine has to work before it answers, it is given so many times the patience. */
const patienceForWork = 4;

class NoAnswer extends Error {
  readonly code = 'ETIMEDOUT';
}

/**
 * A client of the engine whose every request ends: with an answer, an error of the connection, or `ETIMEDOUT`. An engine
 * that hangs answers nothing, and one that goes away in the middle of an answer is not noticed by the library.
 */
export function connectDocker(options: Docker.DockerOptions, patienceMs: number): Docker {
  const docker = new Docker(options);
  const dial: Dial = docker.modem.dial.bind(docker.modem);
  docker.modem.dial = function dialInTime(request, callback = () => {}): void {
    const limitMs = hasToWork(request) ? patienceMs * patienceForWork : patienceMs;
    const over = new AbortController();
    let settled = false;
    const settle: typeof callback = (error, answer) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      // The library leaves the request of a refused command open, and with it the process.
      if (error) over.abort();
      callback(error, answer);
    };
    const timer = setTimeout(() => settle(new NoAnswer(`no answer within ${limitMs / 1000} s`), null), limitMs);
    dial({ ...request, abortSignal: over.signal }, settle);
  };
  return docker;
}

function hasToWork({ method, path }: Request): boolean {
  return method === 'DELETE' || (method === 'POST' && /^\/containers\/(create|[^/]+\/start)\b/.test(path));
}
