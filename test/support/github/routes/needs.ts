import type { Need } from '../server/access.ts';
import type { Role } from '../../forge/server/model.ts';

/** Issues, and the comments, labels and reactions on pull requests: either permission of an App will do. */
export function needIssue(role: Role, level: 'read' | 'write'): Need {
  return { role, permissions: ['issues', 'pull_requests'], level };
}

export function needPull(role: Role, level: 'read' | 'write'): Need {
  return { role, permissions: ['pull_requests'], level };
}

export function needContents(role: Role, level: 'read' | 'write'): Need {
  return { role, permissions: ['contents'], level };
}

export function needChecks(level: 'read' | 'write'): Need {
  return { role: 'read', permissions: ['checks'], level };
}

export function needStatuses(role: Role, level: 'read' | 'write'): Need {
  return { role, permissions: ['statuses'], level };
}
