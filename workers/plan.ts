import type { BaseFiles } from '../gates/gate.ts';
import type { ResolvedGate } from '../gates/profiles.ts';
import type { Limits } from '../src/domain/agent.ts';
import type { RepositorySettings } from '../src/domain/repository-settings.ts';
import type { AnyForge, BotIdentity, PullRequest, Subject } from '../src/forge/forge.ts';
import type { SandboxLimits } from '../src/sandbox/sandbox.ts';
import type { Mirror } from '../src/git/mirror.ts';

/** Everything that is settled before the agent begins. What judges it comes from the base branch. */
export interface Plan {
  readonly forge: AnyForge;
  readonly bot: BotIdentity;
  readonly subject: Subject;
  readonly mirror: Mirror;
  readonly base: { readonly branch: string; readonly sha: string; readonly files: BaseFiles };
  /** Where the result goes. */
  readonly branch: string;
  /** The branch's commit on the forge; null for a new branch. */
  readonly branchHead: string | null;
  /** The commit that the agent starts from. */
  readonly startPoint: string;
  /** The open pull request that is continued. */
  readonly pull: PullRequest | null;
  readonly settings: RepositorySettings;
  readonly gates: readonly ResolvedGate[];
  readonly setup: { readonly line: string; readonly shown: string } | null;
  readonly limits: Limits;
  readonly sandboxLimits: SandboxLimits;
}
