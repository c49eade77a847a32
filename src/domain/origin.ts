/** The request that something goes back to: what its log lines and its spans are found by, in whichever process. */
export interface Origin {
  readonly requestId: string;
  /** The span that it continues, as W3C’s `traceparent`; null where nothing is traced. */
  readonly traceParent: string | null;
}
