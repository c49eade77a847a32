import { messageOf, SignalboxError } from '../../errors.ts';

/**
 * What a person can meet when the embedded database does not start, and what to do about it. PostgreSQL's programs only
 * have their (untranslated) output and the log's SQLSTATE to say why they ended.
 */
const OWN_DATABASE = 'set DATABASE_URL to a PostgreSQL that already runs';

export function unsupportedPlatform(detail: string, cause?: unknown): SignalboxError {
  return new SignalboxError('database.embedded-unsupported', `The embedded database does not run here: ${detail}`, {
    nextStep: `To use Signalbox on this machine, ${OWN_DATABASE}.`,
    cause,
  });
}

export function noPermission(detail: string, cause?: unknown): SignalboxError {
  return new SignalboxError('database.embedded-permission', `The embedded database may not use its files: ${detail}`, {
    nextStep: `Give the folder to the user that runs Signalbox (chown), choose another DATA_DIR, or ${OWN_DATABASE}.`,
    cause,
  });
}

export function unknownUser(cause?: unknown): SignalboxError {
  return new SignalboxError('database.embedded-unknown-user', 'PostgreSQL refuses to make a database for a user id without a name.', {
    nextStep: `Run Signalbox as a user that is in /etc/passwd, or ${OWN_DATABASE}.`,
    cause,
  });
}

export function diskFull(folder: string, cause?: unknown): SignalboxError {
  return new SignalboxError('database.embedded-disk-full', `No space is left for the embedded database in ${folder}.`, {
    nextStep: 'Make room on that disk and start again; nothing that was acknowledged is lost.',
    retryable: true,
    cause,
  });
}

export function otherVersion(folder: string, found: string, ours: string): SignalboxError {
  return new SignalboxError(
    'database.embedded-version-mismatch',
    `${folder} was made by PostgreSQL ${found}; this Signalbox brings PostgreSQL ${ours}.`,
    {
      nextStep: `Dump it with the Signalbox that made it (pg_dump) and restore it here; or move the folder away to start empty; or ${OWN_DATABASE}.`,
    },
  );
}

export function notOurs(detail: string): SignalboxError {
  return new SignalboxError('database.embedded-not-ours', `Something else is where the embedded database should be: ${detail}`, {
    nextStep: `Move it away, choose another DATA_DIR, or ${OWN_DATABASE}.`,
  });
}

export function startFailed(detail: string, logFile: string, cause?: unknown): SignalboxError {
  return new SignalboxError('database.embedded-start-failed', `The embedded database did not start: ${detail}`, {
    nextStep: `See ${logFile}; then start again, or ${OWN_DATABASE}.`,
    retryable: true,
    cause,
  });
}

/** An error of the file system or of starting a process, as one that a person can act on. */
export function fromSystemError(error: unknown, path: string): Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return noPermission(messageOf(error), error);
  // What changing to another user is answered with where there is none: a user namespace with root alone.
  if (code === 'EINVAL' && process.getuid?.() === 0) return noPermission(`this root has no other user (${messageOf(error)})`, error);
  if (code === 'ENOSPC' || code === 'EDQUOT') return diskFull(path, error);
  return error instanceof Error ? error : new Error(messageOf(error));
}

/** Why `initdb` or `postgres` ended, from what it wrote. */
export function fromOutput(output: string, place: { root: string; logFile: string }): SignalboxError {
  const cause = new Error(output.trim().slice(-4000));
  if (/No space left on device|Disk quota exceeded|\b53100\b/.test(output)) return diskFull(place.root, cause);
  if (/could not look up effective user ID/.test(output)) return unknownUser(cause);
  if (/Permission denied|Operation not permitted|wrong ownership|invalid permissions|\b42501\b/.test(output))
    return noPermission(lastLine(output), cause);
  return startFailed(lastLine(output), place.logFile, cause);
}

function lastLine(output: string): string {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return lines.findLast((line) => /FATAL|PANIC|error:/.test(line)) ?? lines.at(-1) ?? 'it said nothing';
}
