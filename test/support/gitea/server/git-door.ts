import type { GitDoor } from '../../forge/git/git-http.ts';
import { ApiError, Refusal } from '../../forge/server/errors.ts';
import type { Repository } from '../../forge/server/model.ts';
import type { Traffic } from '../../forge/server/traffic.ts';
import { assertScope, isAtLeast, type Access } from './access.ts';
import { authenticate } from './authenticate.ts';
import { answerTo } from './errors.ts';
import type { Hub } from './hub.ts';

/** Those who may read may begin to push; only what they push is turned down. */
export function gitDoor(hub: Hub, traffic: Traffic): GitDoor<Access> {
  return {
    hub,
    traffic,
    realm: 'Gitea',
    authenticate: (authorization) => authenticate(hub.tokens, authorization),
    assertMayUse(access, repository, push) {
      if (access.kind === 'anonymous' && (push || repository.private)) throw new ApiError(401, 'Unauthorized');
      assertScope(access, push ? 'POST' : 'GET', 'repository');
      if (!isAtLeast(access, repository, 'read')) throw new ApiError(404, 'Repository not found');
    },
    declines: (access, repository) => (mayPush(access, repository) ? null : DENIED),
    answerTo(error) {
      if (error instanceof Refusal) return new ApiError(404, 'Repository not found');
      const answer = answerTo(error);
      return answer?.status === 401 ? new ApiError(401, 'Failed to authenticate user') : answer;
    },
  };
}

const DENIED = 'User permission denied for writing.';

function mayPush(access: Access, repository: Repository): boolean {
  return isAtLeast(access, repository, 'write');
}

export function assertMayPush(access: Access, repository: Repository): void {
  if (!isAtLeast(access, repository, 'read')) throw new ApiError(404, 'Repository not found');
  if (!mayPush(access, repository)) throw new ApiError(403, DENIED);
}
