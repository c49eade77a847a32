import type { Push } from '../../forge/server/happening.ts';
import type { Account, Repository } from '../../forge/server/model.ts';
import type { Hub } from '../server/hub.ts';
import { accountView } from '../views/account.ts';
import { payloadCommitView } from '../views/commit.ts';
import { repositoryView } from '../views/repository.ts';
import { tell } from './emit.ts';

const NO_SHA = '0'.repeat(40);

/** A ref that is made is told twice, as made and as pushed; one that is gone only as deleted. */
export function tellPush(hub: Hub, repository: Repository, push: Push, by: Account): void {
  const sender = accountView(hub, by);
  const name = push.ref.replace(/^refs\/(heads|tags)\//, '');
  const kind = push.ref.startsWith('refs/tags/') ? 'tag' : 'branch';
  const view = repositoryView(hub, repository, 'admin');
  if (push.after === null) {
    tell(hub, repository, 'delete', { ref: name, ref_type: kind, pusher_type: 'user', repository: view, sender });
    return;
  }
  if (push.before === null) tell(hub, repository, 'create', { sha: push.after, ref: name, ref_type: kind, repository: view, sender });
  tell(hub, repository, 'push', pushPayload(hub, repository, push, by));
}

/** The newest commit first. */
export function pushPayload(hub: Hub, repository: Repository, { ref, before, after, commits }: Push, by: Account) {
  const views = commits.map(({ commit, files }) => payloadCommitView(hub, repository, commit, files)).toReversed();
  const sender = accountView(hub, by);
  return {
    ref,
    before: before ?? NO_SHA,
    after: after ?? NO_SHA,
    compare_url: before && after ? `${hub.urls.repoPage(repository)}/compare/${before}...${after}` : `${hub.urls.base}/`,
    commits: views,
    total_commits: views.length,
    head_commit: views[0] ?? null,
    repository: repositoryView(hub, repository, 'admin'),
    pusher: sender,
    sender,
  };
}
