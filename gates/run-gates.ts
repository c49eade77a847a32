import type { GateResult } from '../src/domain/finding.ts';
import { messageOf, SignalboxError } from '../src/errors.ts';
import type { GateCommand } from './gate.ts';
import type { ResolvedGate } from './profiles.ts';
import { cachedFiles } from './runner/cached-files.ts';
import { runOneGate } from './runner/run-one-gate.ts';
import type { Bench } from './runner/run-one-gate.ts';

export interface GateRunOptions extends Bench {
  /** In the order in which they run. */
  readonly gates: readonly ResolvedGate[];
  /** Called with each gate's result whenever it changes, `queued` for all of them first; awaited. */
  readonly onChange: (result: GateResult) => Promise<void> | void;
}

/**
 * Runs the gates one after the other on the checkout in the sandbox's `repo` folder, whose dependencies are installed.
 *
 * Every gate is settled when this ends, however it ends. An abort is no error here: the results come back, with what
 * was not judged as `cancelled`. Throws only what the sandbox throws (`sandbox.gone` …), after the gates are settled.
 */
export async function runGates(options: GateRunOptions): Promise<GateResult[]> {
  const bench: Bench = { ...options, base: cachedFiles(options.base) };
  const results = options.gates.map(queued);
  for (const result of results) await options.onChange(result);
  let fault: Error | null = null;
  for (const [index, resolved] of options.gates.entries()) {
    const update = async (change: Partial<GateResult>): Promise<void> => {
      const result = { ...(results[index] ?? queued(resolved)), ...change };
      results[index] = result;
      await options.onChange(result);
    };
    if (options.signal.aborted || fault !== null) {
      await update({ state: 'cancelled', summary: 'not run: the run ended before it' });
      continue;
    }
    fault = await runSettled(resolved, bench, update);
  }
  if (fault !== null) throw fault;
  return results;
}

type Update = (change: Partial<GateResult>) => Promise<void>;

/** Returns the fault that ends the run, null when the next gate can go on. */
async function runSettled(resolved: ResolvedGate, bench: Bench, update: Update): Promise<Error | null> {
  try {
    const command = await resolved.gate.find(bench.base, bench.settings);
    if (command === null) {
      await update(notFound(resolved));
      return null;
    }
    await update({ state: 'running', summary: 'running', command: shownOf(command) });
    await update(await runOneGate(resolved, command, bench));
    return null;
  } catch (error) {
    if (bench.signal.aborted) {
      await update({ state: 'cancelled', summary: 'ended before it came to a verdict' });
      return null;
    }
    const nextStep = error instanceof SignalboxError ? ` ${error.nextStep}` : '';
    await update({ state: 'error', summary: `could not be run: ${messageOf(error)}${nextStep}` });
    if (error instanceof SignalboxError && error.code === 'gates.checkout-unusable') return null;
    return error instanceof Error ? error : new Error(messageOf(error), { cause: error });
  }
}

function notFound({ gate, mustExist }: ResolvedGate): Partial<GateResult> {
  if (mustExist) return { state: 'failed', summary: `not run, and the strict profile wants it: ${gate.missing}` };
  return { state: 'not-found', summary: `nothing was judged: ${gate.missing}` };
}

function shownOf(command: GateCommand): string {
  return command.shown ?? command.line;
}

function queued({ gate, required }: ResolvedGate): GateResult {
  return {
    gate: gate.name,
    required,
    state: 'queued',
    summary: 'waiting',
    command: null,
    findings: [],
    log: '',
    durationMs: 0,
    coverage: null,
  };
}
