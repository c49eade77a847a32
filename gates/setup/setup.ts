export interface SetupCommand {
  /** A shell line, run by `bash -c` at the repository's root, with a network and without a credential. */
  readonly line: string;
  /** As a person would type it. */
  readonly shown: string;
}
