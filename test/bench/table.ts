/** Milliseconds of several tries at the same thing. */
export interface Row {
  readonly agents: number;
  readonly what: string;
  /** From the webhook to the container's absence. */
  readonly took: number[];
  /** From the webhook to the confirmation. */
  readonly confirmed: number[];
  /** The engine alone. */
  readonly floor: number[];
}

const SHARES = [0.5, 0.95, 0.99] as const;

export function printTable(rows: readonly Row[]): void {
  console.log('\nmilliseconds: p50 / p95 / p99');
  const head = ['agents', 'what', 'tries', 'webhook to absence', 'engine alone', 'difference', 'ratio', 'webhook to confirmation'];
  const lines = rows.map(({ agents, what, took, confirmed, floor }) => [
    String(agents),
    what,
    String(took.length),
    threeOf(took),
    threeOf(floor),
    SHARES.map((share) => Math.round(at(took, share) - at(floor, share))).join(' / '),
    SHARES.map((share) => (at(took, share) / at(floor, share)).toFixed(1)).join(' / '),
    threeOf(confirmed),
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]!.length)));
  for (const line of [head, ...lines]) console.log(line.map((cell, column) => cell.padEnd(widths[column]!)).join('  '));
}

function threeOf(all: readonly number[]): string {
  return SHARES.map((share) => Math.round(at(all, share))).join(' / ');
}

/** The smallest value that this share of the tries does not pass. */
function at(all: readonly number[], share: number): number {
  const sorted = all.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
