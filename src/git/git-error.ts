import { SignalboxError } from '../errors.ts';

interface Cause {
  readonly pattern: RegExp;
  readonly code: string;
  readonly message: string;
  readonly nextStep: string;
  readonly retryable?: boolean;
  /** Only what git said itself counts, not what the server said of its own repository. */
  readonly ours?: boolean;
}

/** git says what went wrong only in words; LC_ALL=C keeps them stable. The first that fits counts. */
const CAUSES: readonly Cause[] = [
  {
    pattern: /No space left on device|disk quota exceeded|unable to write .*file/i,
    code: 'git.disk-full',
    message: 'The disk is full',
    nextStep: 'Make room in DATA_DIR, then retry.',
    retryable: true,
  },
  {
    pattern: /could not read (Username|Password)|Authentication failed|returned error: 401|Invalid username or password/i,
    code: 'git.unauthorized',
    message: 'The forge refused the credential',
    nextStep: 'Check that the App, the bot account, or the line in GIT_CREDENTIALS_PATH still gives access to the repository.',
  },
  {
    pattern: /returned error: 403|Permission to .* denied|Write access to repository not granted/i,
    code: 'git.forbidden',
    message: 'The forge does not allow this',
    nextStep: 'Give the App, the bot account, or the account of GIT_CREDENTIALS_PATH write access to the contents of the repository.',
  },
  {
    pattern: /repository .* not found|returned error: (30\d|404)|does not appear to be a git repository/i,
    code: 'git.not-found',
    message: 'The repository is not there, or was renamed',
    nextStep: 'Check that the repository exists under this name and that the App is installed on it.',
  },
  {
    pattern:
      /Could not resolve host|Failed to connect|Connection (refused|reset|timed out)|Couldn't connect|timed? ?out|early EOF|RPC failed|remote end hung up|unexpected disconnect|SSL|TLS|returned error: (429|5\d\d)|Empty reply|transfer closed|Recv failure|Operation too slow/i,
    code: 'git.unreachable',
    message: 'The forge could not be reached',
    nextStep: 'Nothing to do: it is tried again. If it stays so, check the network and the URL of the forge.',
    retryable: true,
  },
  {
    pattern: /\.lock': File exists|cannot lock ref|Unable to create .*\.lock/i,
    code: 'git.locked',
    message: 'Another git process holds a lock in the mirror',
    nextStep: 'Nothing to do: it is tried again.',
    retryable: true,
  },
  {
    pattern:
      /object file .* is empty|loose object .* corrupt|bad object|unable to read (tree|sha1 file|[0-9a-f]{40})|invalid object|missing (blob|tree|commit)|not a git repository|bad config|index file (corrupt|smaller)|packed-refs|pack.* (corrupt|is far too short|signature mismatch)|inflate: data stream error|broken (ref|link)|invalid sha1 pointer|not our ref/i,
    ours: true,
    code: 'git.mirror-corrupt',
    message: 'The mirror of the repository on this machine is damaged',
    nextStep: 'Nothing to do: it is cloned anew at the next try.',
    retryable: true,
  },
];

/** The error for a git command that ended with a failure. `said` must have been through `redact`. */
export function gitError(command: string, said: string): SignalboxError {
  const ours = said.replace(/^remote:.*$/gm, '');
  const cause = CAUSES.find((candidate) => candidate.pattern.test(candidate.ours === true ? ours : said));
  const words = lastWords(said);
  if (cause === undefined) {
    return new SignalboxError('git.failed', `git ${command} failed: ${words}`, { nextStep: 'See the log for what git said.' });
  }
  return new SignalboxError(cause.code, `${cause.message} (git ${command}: ${words})`, {
    nextStep: cause.nextStep,
    retryable: cause.retryable ?? false,
  });
}

/** Takes a credential out of what a process said, also where a server sent it back decoded. */
export function redact(text: string, authorization: string | undefined): string {
  if (authorization === undefined || authorization === '') return text;
  const token = authorization.split(' ').at(-1) ?? '';
  const decoded = Buffer.from(token, 'base64').toString('utf8');
  const password = decoded.slice(decoded.indexOf(':') + 1);
  const secrets = [authorization, token, decoded, password].filter((secret) => secret.length >= 4);
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, '[redacted]'), text);
}

function lastWords(said: string): string {
  const lines = said
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('hint:'));
  const telling = lines.findLast((line) => /^(fatal|error|remote): ?\S/.test(line)) ?? lines.at(-1) ?? 'it said nothing';
  return telling.length > 300 ? `${telling.slice(0, 300)}…` : telling;
}
