/** One request from outside. Tokens are known by their kind alone. */
export interface LoggedRequest {
  method: string;
  /** With the query string. */
  path: string;
  /** 0: the connection was cut. */
  status: number;
  /** `invalid`: nobody's. `unread`: a fault met the request before anybody looked. */
  token: string;
  /** Whose token it was, where it was somebody's. */
  login: string | null;
  at: number;
  /** What was sent, where it was JSON. */
  body: unknown;
}
