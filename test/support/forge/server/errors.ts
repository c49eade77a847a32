/** An answer that a forge gives to a request it will not carry out. What the body says besides the message is the forge's own. */
export class ApiError extends Error {
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 410 | 412 | 422 | 500;
  readonly details: object;

  constructor(status: ApiError['status'], message: string, details: object = {}) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

/** Why something is not done. How a client is told, and by which status, differs between the forges. */
export type Reason =
  | 'not-found'
  | 'body-too-long'
  | 'label-color'
  | 'head-unknown'
  | 'base-unknown'
  | 'no-commits'
  | 'twin'
  | 'not-reopenable'
  | 'not-open'
  | 'draft'
  | 'conflict'
  | 'head-moved'
  | 'own-pull-approved'
  | 'own-pull-rejected'
  | 'review-empty'
  | 'review-path';

/** What a behaviour throws. The forge makes its own answer of it. */
export class Refusal extends Error {
  readonly reason: Reason;
  /** What it is about, where one reason meets several kinds of thing, or the name in question. */
  readonly about: string;

  constructor(reason: Reason, about = '') {
    super(`${reason} ${about}`.trim());
    this.reason = reason;
    this.about = about;
  }
}

export function notFound(): Refusal {
  return new Refusal('not-found');
}
