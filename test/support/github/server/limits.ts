/** Bodies of issues, pull requests and comments; longer ones are refused, never cut. */
export const MAX_BODY_CHARACTERS = 65_536;

/** https://docs.github.com/rest/checks/runs: more annotations need more requests. */
export const MAX_ANNOTATIONS_PER_REQUEST = 50;

/** Life of an installation token. */
export const INSTALLATION_TOKEN_MS = 60 * 60 * 1000;

/** Life of the token of somebody who agreed to an App. */
export const SIGN_IN_TOKEN_MS = 8 * 60 * 60 * 1000;

/** The longest life that an App's JWT may claim. */
export const MAX_JWT_SECONDS = 10 * 60;

/** How long GitHub waits for the answer to a webhook. */
export const WEBHOOK_TIMEOUT_MS = 10_000;
