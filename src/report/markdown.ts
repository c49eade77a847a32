import type { GateResult, GateState } from '../domain/finding.ts';
import { isGreen } from '../domain/finding.ts';
import { phrase } from './foreign-text.ts';

const WORDS: Readonly<Record<GateState, string>> = {
  queued: 'waiting',
  running: 'running',
  passed: 'passed',
  failed: 'failed',
  'not-found': 'not found',
  'timed-out': 'timed out',
  error: 'could not run',
  cancelled: 'not run',
};

const MARKS: Readonly<Record<GateState, string>> = {
  queued: '⏳',
  running: '🔄',
  passed: '✅',
  failed: '❌',
  'not-found': '⚪',
  'timed-out': '⏱️',
  error: '⚠️',
  cancelled: '⏹️',
};

export function gateWord(state: GateState): string {
  return WORDS[state];
}

/** The gates as a table; a gate that did not run never looks like one that passed. */
export function gatesTable(gates: readonly GateResult[]): string {
  const rows = gates.map((gate) => {
    const name = gate.required ? gate.gate : `${gate.gate} (not required)`;
    const time = gate.durationMs > 0 ? seconds(gate.durationMs) : '';
    return `| ${MARKS[gate.state]} | ${cell(name)} | ${WORDS[gate.state]} | ${cell(gate.summary)} | ${time} |`;
  });
  return ['| | gate | result | | time |', '|---|---|---|---|---|', ...rows].join('\n');
}

export function gatesSentence(gates: readonly GateResult[]): string {
  const green = gates.filter(isGreen).length;
  const absent = gates.filter((gate) => gate.state === 'not-found').length;
  const red = gates.length - green - absent;
  const parts = [`${green} passed`, ...(red > 0 ? [`${red} red`] : []), ...(absent > 0 ? [`${absent} not found`] : [])];
  return parts.join(', ');
}

export function seconds(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`;
  return `${Math.round(ms / 60_000)} min`;
}

/** One cell of a table: no line breaks, no pipes, nobody notified. */
export function cell(text: string): string {
  return phrase(text.replace(/(\\*)\|/g, '$1$1\\|'));
}
