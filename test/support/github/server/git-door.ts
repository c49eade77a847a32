import type { GitDoor } from '../../forge/git/git-http.ts';
import { ApiError, notFound } from '../../forge/server/errors.ts';
import type { Repository } from '../../forge/server/model.ts';
import type { Traffic } from '../../forge/server/traffic.ts';
import { needContents } from '../routes/needs.ts';
import { canSee, mayDo, type Access } from './access.ts';
import { basicPassword } from './authenticate.ts';
import { answerTo } from './errors.ts';
import type { Hub } from './hub.ts';

/** git sends a token as the password of whatever name. */
export function gitDoor(hub: Hub, traffic: Traffic): GitDoor<Access> {
  return {
    hub,
    traffic,
    realm: 'GitHub',
    authenticate(authorization) {
      const token = basicPassword(authorization);
      return token === undefined ? { kind: 'anonymous' } : hub.tokens.resolve(token);
    },
    assertMayUse,
    answerTo,
  };
}

function assertMayUse(access: Access, repository: Repository, push: boolean): void {
  const need = push ? needContents('write', 'write') : needContents('read', 'read');
  if (access.kind === 'anonymous' && (push || repository.private)) throw new ApiError(401, 'Authentication required');
  if (!canSee(access, repository)) throw notFound();
  if (!mayDo(access, repository, need)) throw new ApiError(403, `Permission to ${repository.fullName}.git denied.`);
}
