/** One path in which two trees differ. A rename is a deletion and an addition. */
export interface ChangedFile {
  readonly path: string;
  readonly status: 'added' | 'modified' | 'deleted' | 'type-changed';
  /** git's file mode in the new tree: `100644`, `100755`, `120000` (a link), `160000` (a submodule); null when deleted. */
  readonly mode: string | null;
  readonly oldMode: string | null;
  /** The new content's object; null when deleted. */
  readonly blob: string | null;
  /** Lines; null for binary content. */
  readonly additions: number | null;
  readonly deletions: number | null;
  /** Where a new or changed link points to; null for everything else. */
  readonly linkTarget: string | null;
}

/** A path as it may be shown in one line: control and invisible characters are spelled out. */
export function showPath(path: string): string {
  return path.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
