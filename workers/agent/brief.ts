import type { AgentType, GateProfile } from '../../src/domain/task.ts';

/** Someone whose words are put before the model. */
export interface Writer {
  readonly login: string;
  /** As the forge says, when the run began. */
  readonly mayWrite: boolean;
}

export interface Remark {
  readonly author: Writer;
  readonly text: string;
  /** For a review's remark on a line. */
  readonly path?: string | null;
  readonly line?: number | null;
}

/** Everything that an agent is told at the start, as data. Texts are as the forge has them, not cleaned. */
export interface AgentBrief {
  readonly agentType: AgentType;
  /** `owner/name`, or an address. */
  readonly repository: string;
  /** The repository's folder as the agent's commands see it. */
  readonly repositoryPath: string;
  readonly baseBranch: string;
  readonly branch: string;
  /** null: the work is what the instruction says, and nothing else. */
  readonly subject: {
    readonly kind: 'issue' | 'pull';
    readonly number: number;
    readonly title: string;
    readonly body: string;
    readonly author: Writer;
  } | null;
  /** The conversation below it, oldest first. */
  readonly remarks: readonly Remark[];
  readonly requestedBy: Writer;
  /** What that person added to the command. */
  readonly instruction: string | null;
  readonly profile: GateProfile;
  readonly gates: readonly { readonly title: string; readonly command: string | null; readonly required: boolean }[];
  /** Globs of files whose change would not be published. */
  readonly protectedPaths: readonly string[];
  /** How the dependencies were installed; null: nothing to install was found. */
  readonly setup: { readonly command: string; readonly succeeded: boolean; readonly output: string } | null;
  readonly hasNetwork: boolean;
  /** Set when the branch already carries an agent's work. */
  readonly continuing: {
    /** null where there is none yet. */ readonly pullRequest: number | null;
    readonly remarks: readonly Remark[];
  } | null;
}
