import type { ToolContext } from '../tool.ts';

/** Larger files are for the shell. */
const MAX_FILE_BYTES = 1_048_576;
const TIMEOUT_MS = 15_000;

/**
 * Everything here runs inside the sandbox, with the path as an argument, so a symlink or a `..` leads nowhere but to
 * the sandbox's own files.
 */
const READ = `
[ -e "$1" ] || exit 40
[ -d "$1" ] && exit 41
[ -f "$1" ] || exit 42
[ -r "$1" ] || exit 43
[ "$(wc -c < "$1")" -le "$2" ] || exit 44
exec base64 < "$1"
`;

const WRITE = `
[ -d "$1" ] && { echo "it is a folder"; exit 1; }
[ -e "$1" ] && ! [ -f "$1" ] && { echo "it is not a regular file"; exit 1; }
mkdir -p -- "$(dirname -- "$1")" && cat > "$1"
`;

const LIST = `cd -- "$1" && find . -mindepth 1 -maxdepth 2 \\( -name '.*' -o -name node_modules \\) -prune -o -print | LC_ALL=C sort | head -n 1000`;

const REFUSALS: Readonly<Record<number, string>> = {
  40: 'does not exist',
  42: 'is not a regular file',
  43: 'may not be read',
  44: `is larger than ${MAX_FILE_BYTES / 1024} KiB; use bash (sed -n, grep, head) for it`,
};

export type FileRead =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'folder' }
  | { readonly kind: 'refused'; readonly reason: string };

export async function readFile(path: string, context: ToolContext): Promise<FileRead> {
  const result = await run(['bash', '-c', READ, 'read', path, String(MAX_FILE_BYTES)], context, MAX_FILE_BYTES * 2);
  if (result.exitCode === 41) return { kind: 'folder' };
  if (result.exitCode !== 0)
    return { kind: 'refused', reason: REFUSALS[result.exitCode ?? -1] ?? `could not be read: ${result.output.trim()}` };
  const bytes = Buffer.from(result.stdout, 'base64');
  const text = decode(bytes);
  return text === null ? { kind: 'refused', reason: 'is not UTF-8 text; use bash for it' } : { kind: 'text', text };
}

/** null when it is written, otherwise why not. Keeps the mode of a file that is there, and makes missing folders. */
export async function writeFile(path: string, text: string, context: ToolContext): Promise<string | null> {
  const result = await run(['bash', '-c', WRITE, 'write', path], context, 2000, Buffer.from(text, 'utf8'));
  if (result.timedOut) return 'writing took too long';
  return result.exitCode === 0 ? null : result.output.trim() || `exit code ${result.exitCode}`;
}

/** Two levels deep, without hidden files and node_modules. */
export async function listFolder(path: string, context: ToolContext): Promise<string> {
  const result = await run(['bash', '-c', LIST, 'list', path], context, 60_000);
  return result.output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/^\.\//, ''))
    .join('\n');
}

function run(argv: string[], { sandbox, signal, maxMs }: ToolContext, maxOutputBytes: number, stdin?: Buffer) {
  return sandbox.exec({ argv, timeoutMs: Math.min(TIMEOUT_MS, maxMs), maxOutputBytes, ...(stdin ? { stdin } : {}) }, signal);
}

function decode(bytes: Buffer): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
