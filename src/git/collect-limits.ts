export interface CollectLimits {
  /** Bytes of one file. */
  readonly maxFileBytes: number;
  /** Bytes of all new and changed files together. */
  readonly maxTotalBytes: number;
  readonly maxFiles: number;
  readonly maxDiffBytes: number;
}

export const COLLECT_LIMITS: CollectLimits = {
  maxFileBytes: 5 * 1024 * 1024,
  maxTotalBytes: 50 * 1024 * 1024,
  maxFiles: 2_000,
  maxDiffBytes: 512 * 1024,
};

/** Something in the folder that is not in the tree. */
export interface LeftOut {
  readonly path: string;
  readonly reason: 'nested-repository' | 'file-too-large' | 'change-too-large' | 'name-git-like' | 'name-not-utf8' | 'submodule-replaced';
  /** True: the tree is not what the agent made, and must not be published. False: it was left out as any git would. */
  readonly blocks: boolean;
}
