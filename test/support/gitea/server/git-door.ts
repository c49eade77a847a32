import type { GitDoor } from '../../forge/git/git-http.ts';
import { ApiError, Refusal } from '../../forge/server/errors.ts';
import type { Repository } from '../../forge/server/model.ts';
import type { Traffic } from '../../forge/server/traffic.ts';
import { assertScope, isAtLeast, type Access } from './access.ts';
import { authenticate } from './authenticate.ts';
import { answerTo } from './errors.ts';
import type { Hub } from './hub.ts';

export function gitDoor(hub: Hub, traffic: Traffic): GitDoor<Access> {
  return {
    hub,
    traffic,
    realm: 'Gitea',
    authenticate: (authorization) => authenticate(hub.tokens, authorization),
    assertMayUse: assertMayUseGit,
    answerTo: (error) => (error instanceof Refusal ? new ApiError(404, 'Repository not found') : answerTo(error)),
  };
}

export function assertMayUseGit(access: Access, repository: Repository, push: boolean): void {
  if (access.kind === 'anonymous' && (push || repository.private)) throw new ApiError(401, 'Unauthorized');
  assertScope(access, push ? 'POST' : 'GET', 'repository');
  if (!isAtLeast(access, repository, 'read')) throw new ApiError(404, 'Repository not found');
  if (push && !isAtLeast(access, repository, 'write')) throw new ApiError(403, 'User permission denied for writing.');
}
