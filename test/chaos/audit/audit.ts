import { checkDeliveries } from './deliveries.ts';
import { checkForge } from './forge.ts';
import { checkKills } from './kills.ts';
import { checkModel } from './model.ts';
import type { Evidence } from './evidence.ts';
import { checkHalts, checkStops } from './stops.ts';
import { checkTasks } from './tasks.ts';

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
    'what is asked to wrap up is a draft': checkStops(evidence),
    'nothing begins while the instance is halted': checkHalts(evidence),
    'the forge has everything once': await checkForge(evidence),
    'what is said to and by the forge is as it describes': evidence.github.violations,
  };
  return Object.entries(checks).flatMap(([check, problems]) => problems.map((problem) => ({ check, problem })));
}
