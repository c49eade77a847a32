import { coverage } from './coverage.ts';
import type { Gate } from './gate.ts';
import { lint } from './lint.ts';
import { test } from './test.ts';
import { typecheck } from './typecheck.ts';

/** Every built-in gate, the quick ones first: the order in which a profile runs them. */
export const GATES: readonly Gate[] = [typecheck, lint, test, coverage];
