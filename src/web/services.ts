import type { Limits } from '../domain/agent.ts';
import type { Forge } from '../forge/forge.ts';
import type { Queue } from '../queue/queue.ts';
import type { Db } from '../store/database.ts';
import type { Tracing } from '../tracing/tracing.ts';

/** What the pages are made from, and what they act on. */
export interface PageServices {
  readonly db: Db;
  readonly queue: Queue;
  readonly forges: readonly Forge[];
  readonly limits: OperatorLimits;
  readonly tracing: Tracing;
}

/** As the settings have them. */
export interface OperatorLimits {
  readonly agent: Limits;
  /** US dollars in 24 hours. */
  readonly dailyCostUsd: { readonly repository: number; readonly overall: number };
  /** Agents at once. */
  readonly agents: { readonly overall: number; readonly perRepository: number };
}
