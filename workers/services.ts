import type { Limits } from '../src/domain/agent.ts';
import type { AnyForge } from '../src/forge/forge.ts';
import type { Git } from '../src/git/git.ts';
import type { Owner } from '../src/git/host-files.ts';
import type { Logger } from '../src/log.ts';
import type { Model } from '../src/model/model.ts';
import type { Links } from '../src/report/status-text.ts';
import type { SandboxEngine, SandboxLimits } from '../src/sandbox/sandbox.ts';
import type { Db } from '../src/store/database.ts';
import type { Tracing } from '../src/tracing/tracing.ts';
import type { Notifications } from '../src/store/notifications.ts';

/** What a worker needs to run agents; made by the composition root. */
export interface WorkerServices {
  /** Names this process in leases and logs. */
  readonly workerId: string;
  /** Names the machine and its DATA_DIR: where a workspace is. */
  readonly host: string;
  readonly lease: { readonly heartbeatMs: number; readonly leaseMs: number };
  readonly db: Db;
  readonly notifications: Notifications;
  readonly forges: readonly AnyForge[];
  readonly model: Model;
  readonly sandboxes: SandboxEngine;
  readonly git: Git;
  readonly links: Links;
  readonly log: Logger;
  readonly tracing: Tracing;
  readonly dataDir: string;
  /** The sandbox's user, when this process can give files to another one. */
  readonly owner: Owner | undefined;
  readonly network: 'none' | 'bridge';
  readonly sandboxLimits: SandboxLimits;
  /** As much as a repository may ask for in its settings. */
  readonly mostSandbox: { readonly memoryMb: number; readonly cpus: number };
  /** Mebibytes that one workspace may take. */
  readonly workspaceMaxMb: number;
  readonly limits: Limits;
  readonly dailyCostUsd: { readonly repository: number; readonly overall: number };
  readonly setupTimeoutMs: number;
  readonly gateTimeoutMs: number;
  /** The report of a kill does not wait longer for the forge to tell what it has. */
  readonly forgePatienceMs: number;
  /** Values that must appear in nothing that is published: the operator's own credentials, as they are at this moment. */
  readonly ownSecrets: () => Promise<readonly string[]>;
}
