/** Of the bot's token. */
export const NEEDED_SCOPES = ['write:repository', 'write:issue', 'read:user'] as const;

/** The requests that make such a thing, as `METHOD /path`. */
export const MAKING = {
  comment: /^POST \/api\/v1\/repos\/[^/]+\/[^/]+\/issues\/\d+\/comments$/,
  pull: /^POST \/api\/v1\/repos\/[^/]+\/[^/]+\/pulls$/,
  check: /^POST \/api\/v1\/repos\/[^/]+\/[^/]+\/statuses\/\w+$/,
};

const STATES: Record<string, 'pending' | 'success' | 'failure'> = { pending: 'pending', success: 'success', failure: 'failure' };

export function stateOf(status: string): 'pending' | 'success' | 'failure' | 'other' {
  return STATES[status] ?? 'other';
}
