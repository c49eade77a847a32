import type { Push } from '../../forge/server/happening.ts';
import type { Account, Repository } from '../../forge/server/model.ts';
import type { Hub } from '../server/hub.ts';
import { pushedCommitView } from '../views/commit.ts';

const NO_SHA = '0'.repeat(40);

export function pushPayload(hub: Hub, repository: Repository, { ref, before, after, forced, commits }: Push, by: Account): object {
  const views = commits.map(({ commit, files }) => pushedCommitView(hub, repository, commit, files));
  return {
    ref,
    before: before ?? NO_SHA,
    after: after ?? NO_SHA,
    created: before === null,
    deleted: after === null,
    forced,
    base_ref: null,
    compare: `${hub.urls.repoPage(repository)}/compare/${(before ?? after ?? '').slice(0, 12)}...${(after ?? '').slice(0, 12)}`,
    commits: before === null ? [] : views,
    head_commit: views.at(-1) ?? null,
    pusher: { name: by.login, email: by.email },
  };
}
