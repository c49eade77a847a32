import type { Origin } from '../../src/domain/origin.ts';

/** Of what a test writes itself. */
export const ORIGIN: Origin = { requestId: 'a-request-of-the-test', traceParent: null };
