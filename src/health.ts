import { messageOf } from './errors.ts';

/** Something that must work before a process can do its part. */
export interface Probe {
  readonly name: string;
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
  const timer = setTimeout(() => resolve({ ok: false, detail: `no answer within ${PROBE_MS / 1000} s` }), PROBE_MS);
  const answer = probe.check().catch((error: unknown) => ({ ok: false, detail: messageOf(error) }));
  const { ok, detail } = await Promise.race([answer, late]);
  clearTimeout(timer);
  return { name: probe.name, ok, detail };
}
