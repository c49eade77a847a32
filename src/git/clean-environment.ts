import type { GitAccess } from '../forge/forge.ts';
import { SignalboxError } from '../errors.ts';

const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/homebrew/bin';

/**
 * Configuration at command level, which outranks every file. It is passed through the environment and not as `-c`, so
 * that the commands git starts for itself keep it too. What is missing here on purpose: filters, merge and diff drivers.
 * They exist only where a configuration names them, and the only file that is left is the mirror's own.
 */
const CONFIG: Readonly<Record<string, string>> = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.attributesFile': '/dev/null',
  'core.excludesFile': '/dev/null',
  'core.untrackedCache': 'false',
  'core.splitIndex': 'false',
  'core.sparseCheckout': 'false',
  'core.symlinks': 'true',
  'core.fileMode': 'true',
  'core.ignoreCase': 'false',
  'core.autocrlf': 'false',
  'core.protectHFS': 'true',
  'core.protectNTFS': 'true',
  'core.pager': 'cat',
  'core.sshCommand': 'false',
  'core.askPass': 'false',
  'core.logAllRefUpdates': 'false',
  'credential.helper': '',
  'commit.gpgSign': 'false',
  'push.gpgSign': 'false',
  'log.showSignature': 'false',
  'diff.ignoreSubmodules': 'all',
  'submodule.recurse': 'false',
  'fetch.recurseSubmodules': 'false',
  'push.recurseSubmodules': 'no',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'safe.directory': '*',
  // A redirect could carry the Authorization header to another host.
  'http.followRedirects': 'false',
  'http.lowSpeedLimit': '1000',
  'http.lowSpeedTime': '60',
};

const VARIABLES: Readonly<Record<string, string>> = {
  // Not a folder, so nothing can be put there: no .gitconfig, no .netrc, no known hosts.
  HOME: '/dev/null',
  XDG_CONFIG_HOME: '/dev/null',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_SYSTEM: '/dev/null',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_NO_LAZY_FETCH: '1',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_PAGER: 'cat',
  GIT_EDITOR: 'false',
  GIT_CEILING_DIRECTORIES: '/',
  GIT_PROTOCOL_FROM_USER: '0',
};

export interface Surroundings {
  /** Where git and its helpers are found; a fixed list of system folders when left out. */
  readonly path?: string;
  /** For commands that talk to a remote only: proxies and certificate bundles (`HTTPS_PROXY`, `SSL_CERT_FILE`). */
  readonly networkEnv?: Readonly<Record<string, string>>;
}

export interface Place {
  /** Explicit, always: without it git is given a place where no repository can be. */
  readonly gitDir?: string;
  readonly workTree?: string;
  readonly indexFile?: string;
  /** The credential goes into the environment of this one command. */
  readonly remote?: GitAccess;
  readonly env?: Readonly<Record<string, string>>;
}

/** The whole environment of one git process: nothing is inherited. */
export function cleanEnvironment(surroundings: Surroundings, place: Place): Record<string, string> {
  const config = { ...CONFIG, ...credentialConfig(place.remote) };
  return {
    ...VARIABLES,
    PATH: surroundings.path ?? DEFAULT_PATH,
    GIT_DIR: place.gitDir ?? '/dev/null',
    ...(place.workTree === undefined ? {} : { GIT_WORK_TREE: place.workTree }),
    ...(place.indexFile === undefined ? {} : { GIT_INDEX_FILE: place.indexFile }),
    GIT_ALLOW_PROTOCOL: place.remote === undefined ? 'none' : protocolOf(place.remote.url),
    ...(place.remote === undefined ? {} : surroundings.networkEnv),
    ...place.env,
    ...configVariables(config),
  };
}

function configVariables(config: Readonly<Record<string, string>>): Record<string, string> {
  const variables: Record<string, string> = { GIT_CONFIG_COUNT: String(Object.keys(config).length) };
  for (const [index, [key, value]] of Object.entries(config).entries()) {
    variables[`GIT_CONFIG_KEY_${index}`] = key;
    variables[`GIT_CONFIG_VALUE_${index}`] = value;
  }
  return variables;
}

function credentialConfig(remote: GitAccess | undefined): Record<string, string> {
  if (remote === undefined || remote.authorization === '') return {};
  if (/[\r\n\0]/.test(remote.authorization)) throw unusableAccess('its credential holds a line break');
  return { [`http.${remote.url}.extraHeader`]: `Authorization: ${remote.authorization}` };
}

/** The one protocol that a command may use. An absolute path stands for a repository on this machine. */
function protocolOf(url: string): string {
  if (url.startsWith('/')) return 'file';
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) throw unusableAccess('its URL is neither http nor https');
  if (parsed.username !== '' || parsed.password !== '') throw unusableAccess('its URL holds a credential');
  return parsed.protocol.slice(0, -1);
}

function unusableAccess(why: string): SignalboxError {
  return new SignalboxError('git.access-unusable', `The repository's git access cannot be used: ${why}.`, {
    nextStep: 'Check the URL of the forge in the settings.',
  });
}
