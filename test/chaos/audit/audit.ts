import type { Github } from '../../support/github/github.ts';
import type { Courier } from '../courier.ts';
import type { ContainerEvent } from '../engine-log.ts';
import type { Facts } from '../facts.ts';
import type { Asked } from '../model-log.ts';
import type { Push } from '../push-log.ts';
import type { Told } from '../tell.ts';
import { checkDeliveries } from './deliveries.ts';
import { checkForge } from './forge.ts';
import { checkKills } from './kills.ts';
import { checkModel } from './model.ts';
import { checkTasks } from './tasks.ts';

/** All that is known at the end, from every side. */
export interface Evidence {
  readonly facts: Facts;
  readonly told: readonly Told[];
  readonly github: Github;
  readonly courier: Courier;
  readonly asked: readonly Asked[];
  /** By repository. */
  readonly pushes: ReadonlyMap<string, readonly Push[]>;
  readonly engine: readonly ContainerEvent[];
  /** Where commands of the agents wrote down when they ran; null in containers. */
  readonly beats: string | null;
}

export interface Finding {
  readonly check: string;
  readonly problem: string;
}

/** What must be so after any story, and is not. */
export async function audit(evidence: Evidence): Promise<Finding[]> {
  const checks = {
    'every acknowledged delivery is accounted for': checkDeliveries(evidence),
    'every task ended as it may': checkTasks(evidence),
    'the model is asked once for what is saved': checkModel(evidence),
    'nothing happens after a kill is confirmed': await checkKills(evidence),
    'the forge has everything once': await checkForge(evidence),
    'what is said to and by the forge is as it describes': evidence.github.violations,
  };
  return Object.entries(checks).flatMap(([check, problems]) => problems.map((problem) => ({ check, problem })));
}
