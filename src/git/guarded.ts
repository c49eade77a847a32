/**
 * Waits, beside the command, for the other end of file descriptor 3 to be closed, which the kernel does when the process that
 * holds it is gone, and ends the whole group then. A signal for the death of the parent would reach git, and not the helper
 * that talks to the forge.
 */
const GUARD = '{ read -r _; kill -s KILL 0; } <&3 >/dev/null 2>&1 & "$@" 3<&-; code=$?; kill -s KILL $!; exit $code';

/** A command that does not outlive whoever holds the other end of its file descriptor 3. It must lead a process group of its own. */
export function guarded(file: string, args: readonly string[]): [string, string[]] {
  return ['/bin/sh', ['-c', GUARD, 'sh', file, ...args]];
}
