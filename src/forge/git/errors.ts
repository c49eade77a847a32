import { SignalboxError } from '../../errors.ts';

interface Translation {
  readonly code: string;
  readonly nextStep: string;
}

/** What git met, in the words of the contract. Everything else is as it is. */
const TRANSLATIONS: Readonly<Record<string, Translation>> = {
  'git.unauthorized': {
    code: 'forge.unauthorized',
    nextStep: 'See that GIT_CREDENTIALS_PATH names a file with a line for this address, whose token is good.',
  },
  'git.forbidden': {
    code: 'forge.forbidden',
    nextStep: 'Give the account of the token in GIT_CREDENTIALS_PATH the right to read and to push there.',
  },
  'git.unreachable': { code: 'forge.unreachable', nextStep: 'Look whether the git server answers; then try again.' },
  'git.timeout': { code: 'forge.unreachable', nextStep: 'Look whether the git server answers; then try again.' },
};

export function forgeErrorOfGit(error: unknown): unknown {
  const translation = error instanceof SignalboxError ? TRANSLATIONS[error.code] : undefined;
  if (!translation || !(error instanceof SignalboxError)) return error;
  return new SignalboxError(translation.code, error.message, { ...translation, retryable: error.retryable, cause: error });
}
