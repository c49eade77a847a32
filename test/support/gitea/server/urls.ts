import type { Issue, Repository } from '../../forge/server/model.ts';
import { WebUrls } from '../../forge/server/urls.ts';

/** One address serves the API, under a root of its own, the pages and git. */
export class Urls extends WebUrls {
  get api(): string {
    return `${this.base}/api/v1`;
  }

  repo(repository: Repository): string {
    return `${this.api}/repos/${repository.fullName}`;
  }

  issue(repository: Repository, issue: Issue): string {
    return `${this.repo(repository)}/issues/${issue.number}`;
  }

  issuePage(repository: Repository, issue: Issue): string {
    return `${this.repoPage(repository)}/${issue.pull ? 'pulls' : 'issues'}/${issue.number}`;
  }
}
