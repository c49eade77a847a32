import type { AppServices } from '../../src/http/app.ts';

/** An API whose own token is this one, and that is never asked too often. */
export function accessBy(apiToken: string): AppServices['access'] {
  return { apiToken, isApiTokenChosen: true, perMinute: 1_000_000 };
}
