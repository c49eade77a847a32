import { messageOf } from './errors.ts';

/** Something that must work before a process can do its part. */
export interface Probe {
  readonly name: string;
  /** Milliseconds that it may take; 5 s when nothing is said. */
  readonly withinMs?: number;
  check(): Promise<{ ok: boolean; detail: string }>;
}

export interface Health {
  readonly name: string;
  readonly ok: boolean;
  /** What was found, or what is missing and how to get it. */
  readonly detail: string;
}

const PROBE_MS = 5_000;

/** A part that does not answer, or throws, counts as failing; whoever asks never hangs. */
export async function runProbe(probe: Probe): Promise<Health> {
  const { promise: late, resolve } = Promise.withResolvers<{ ok: boolean; detail: string }>();
  const { withinMs = PROBE_MS } = probe;
  const timer = setTimeout(() => resolve({ ok: false, detail: `no answer within ${withinMs / 1000} s` }), withinMs);
  const answer = probe.check().catch((error: unknown) => ({ ok: false, detail: messageOf(error) }));
  const { ok, detail } = await Promise.race([answer, late]);
  clearTimeout(timer);
  return { name: probe.name, ok, detail };
}
