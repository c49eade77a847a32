import type { Account, Issue, Repository } from '../../forge/server/model.ts';
import { WebUrls } from '../../forge/server/urls.ts';

/** Where things are: one address serves the API, the pages that people would open, and git. */
export class Urls extends WebUrls {
  repo(repository: Repository): string {
    return `${this.base}/repos/${repository.fullName}`;
  }

  user(account: Account): string {
    return `${this.base}/users/${encodeURIComponent(account.login)}`;
  }

  issue(repository: Repository, issue: Issue): string {
    return `${this.repo(repository)}/issues/${issue.number}`;
  }

  pull(repository: Repository, issue: Issue): string {
    return `${this.repo(repository)}/pulls/${issue.number}`;
  }

  issuePage(repository: Repository, issue: Issue): string {
    return `${this.repoPage(repository)}/${issue.pull ? 'pull' : 'issues'}/${issue.number}`;
  }
}

/** GitHub's opaque second name of a thing; GraphQL knows no other. */
export function nodeId(prefix: string, id: number | string): string {
  return `${prefix}_${Buffer.from(String(id)).toString('base64url')}`;
}
