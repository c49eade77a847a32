/**
 * The bash scripts by which the runner touches the checkout. They run inside the sandbox, never on the host, and follow
 * no symbolic link: the checkout is what an agent made. Names and contents go in by stdin and come out by stdout,
 * ended by NUL, so no name is ever part of a script.
 */

/** Arguments for `find`: files with one of the names, wherever they are but in what was installed. */
export function findArguments(names: readonly string[]): string[] {
  const tests = names.flatMap((name, at) => (at === 0 ? ['-name', name] : ['-o', '-name', name]));
  const pruned = ['(', '-name', '.git', '-o', '-name', 'node_modules', '-o', '-name', '.venv', ')', '-prune'];
  return ['find', '.', ...pruned, '-o', '(', ...tests, ')', '-print0'];
}

const IS_LINKED = `
is_linked() {
  local part=$1
  while :; do
    [ -L "$part" ] && return 0
    case $part in */*) part=\${part%/*} ;; *) return 1 ;; esac
  done
}`;

/** In: paths. Out: path and content of each that is a plain file, reached by plain folders, of at most $1 bytes. */
export const READ_FILES = `${IS_LINKED}
while IFS= read -r -d '' path; do
  { is_linked "$path" || [ ! -f "$path" ]; } && continue
  [ "$(stat -c %s -- "$path")" -le "$1" ] || continue
  printf '%s\\0' "$path"
  tr -d '\\000' < "$path"
  printf '\\0'
done`;

/**
 * In: for each file \`write\`, path, size in bytes and content; or \`remove\`, path and 0. Out: for each that was not so
 * already \`restored\`, \`removed\` or \`blocked\` (its folder is a symbolic link now), and the path.
 */
export const RESTORE_FILES = `set -o noclobber
${IS_LINKED}
new=$(mktemp -u) || exit 1
while IFS= read -r -d '' kind && IFS= read -r -d '' path && IFS= read -r -d '' size; do
  [ "$kind" = write ] && { rm -f -- "$new"; head -c "$size" > "$new" || exit 1; }
  folder=.
  case $path in */*) folder=\${path%/*} ;; esac
  if is_linked "$folder"; then
    [ "$kind" = write ] && printf 'blocked\\0%s\\0' "$path"
    continue
  fi
  if [ "$kind" = remove ]; then
    if [ -e "$path" ] || [ -L "$path" ]; then rm -rf -- "$path" || exit 1; printf 'removed\\0%s\\0' "$path"; fi
    continue
  fi
  [ -d "$folder" ] || continue
  if [ ! -L "$path" ] && [ -f "$path" ] && cmp -s -- "$path" "$new"; then continue; fi
  rm -rf -- "$path" || exit 1
  cat "$new" > "$path" || exit 1
  [ "$(head -c 2 "$path")" = '#!' ] && chmod +x -- "$path"
  printf 'restored\\0%s\\0' "$path"
done
rm -f -- "$new"`;

/** In: report paths. Removes them and makes their folders, so that what is read afterwards was written by this run. */
export const CLEAR_REPORTS = `while IFS= read -r -d '' path; do
  folder=\${path%/*}
  case $path in ../*/*) { [ -L "$folder" ] && rm -f -- "$folder"; mkdir -p -- "$folder"; } || exit 1 ;; esac
  rm -rf -- "$path"
done`;
