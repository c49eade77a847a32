import { SignalboxError } from '../errors.ts';

/** A repository as the paths of an API name it. */
export interface Where {
  readonly owner: string;
  readonly repo: string;
}

/** Path segments of our own making: `..` would be another path of the API. */
export function whereIs(repository: string): Where {
  const [owner = '', repo = '', ...more] = repository.split('/');
  if (isName(owner) && isName(repo) && more.length === 0) return { owner, repo };
  throw new SignalboxError('forge.not-found', `${JSON.stringify(repository)} is not the name of a repository`, {
    nextStep: 'Write it as owner/name.',
  });
}

/** Of an account or a repository. */
export function isName(part: string): boolean {
  return /^[\w.-]+$/.test(part) && !/^\.{1,2}$/.test(part);
}
