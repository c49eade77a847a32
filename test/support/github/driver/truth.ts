import { RepositoryTruth as ForgeTruth } from '../../forge/driver/truth.ts';
import { resolveCommit } from '../../forge/git/read.ts';
import type { Repository } from '../../forge/server/model.ts';
import type { Hub } from '../server/hub.ts';
import type { CheckRun, Checks } from '../server/model.ts';

export type CheckTruth = Omit<CheckRun, 'suite'> & { suiteId: number };

export class RepositoryTruth extends ForgeTruth {
  readonly #checks: Checks;

  constructor(hub: Hub, repository: Repository) {
    super(hub, repository);
    this.#checks = hub.checksOf(repository);
  }

  /** In the order of their making; of a branch or a sha, or all. */
  async checks(ref?: string): Promise<CheckTruth[]> {
    const sha = ref && (await resolveCommit(this.gitDir, ref));
    const runs = this.#checks.runs.filter((run) => ref === undefined || run.headSha === sha);
    return runs.map(({ suite, ...run }) => structuredClone({ ...run, suiteId: suite.id }));
  }
}
