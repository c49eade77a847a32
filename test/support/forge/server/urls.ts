import type { Account, Repository } from './model.ts';

/** Where the pages that people would open are, and git. The API's addresses are each forge's own. */
export class WebUrls {
  /** Without a slash at the end. Known once the server listens. */
  base = '';

  repoPage(repository: Repository): string {
    return `${this.base}/${repository.fullName}`;
  }

  clone(repository: Repository): string {
    return `${this.base}/${repository.fullName}.git`;
  }

  userPage(account: Account): string {
    return `${this.base}/${encodeURIComponent(account.login)}`;
  }
}
