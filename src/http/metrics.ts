import { Counter, Gauge, Registry, type Histogram as PromHistogram } from 'prom-client';
import { AGENT_STATES } from '../domain/agent.ts';
import { TASK_STATES } from '../domain/task.ts';
import { LONG_BOUNDS, SHORT_BOUNDS, type Histogram } from '../events/histogram.ts';
import type { Tally } from '../events/tally.ts';
import type { Counts } from '../store/counts.ts';

export interface Figures {
  readonly counts: Counts;
  readonly tally: Tally;
  /** null: the queue does not answer. */
  readonly queue: { readonly waiting: number; readonly active: number; readonly paused: boolean } | null;
  readonly isHalted: boolean;
}

type Labels = Record<string, string>;
type Sample = readonly [Labels, number];

/** The figures as Prometheus reads them. All of them come from the database, so that every server tells the same. */
export async function metricsText(figures: Figures): Promise<string> {
  const registry = new Registry();
  for (const [name, help, samples] of countersOf(figures)) fill(Counter, registry, name, help, samples);
  for (const [name, help, samples] of gaugesOf(figures)) fill(Gauge, registry, name, help, samples);
  for (const metric of histogramsOf(figures)) registry.registerMetric(metric);
  return registry.metrics();
}

function countersOf({ counts, tally }: Figures): [string, string, Sample[]][] {
  const tokens = counts.spending.flatMap(({ model, inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }): Sample[] => [
    [{ model, kind: 'input' }, inputTokens],
    [{ model, kind: 'output' }, outputTokens],
    [{ model, kind: 'cache-read' }, cacheReadTokens],
    [{ model, kind: 'cache-write' }, cacheWriteTokens],
  ]);
  const gates = Object.entries(tally.gates).flatMap(([gate, states]) =>
    Object.entries(states).map(([state, count]): Sample => [{ gate, state }, count]),
  );
  return [
    [
      'deliveries_total',
      'Webhook deliveries, by what became of them.',
      counts.deliveries.map(({ forge, state, count }) => [{ forge, outcome: state }, count]),
    ],
    [
      'commands_total',
      'Commands that people gave on a forge.',
      Object.entries(tally.commands).map(([outcome, count]) => [{ outcome }, count]),
    ],
    ['gate_results_total', 'Results of gates.', gates],
    ['model_tokens_total', 'Tokens that agents have used. The kinds do not overlap.', tokens],
    [
      'model_cost_usd_total',
      'US dollars that agents have cost, at list price.',
      counts.spending.map(({ model, costUsd }) => [{ model }, costUsd]),
    ],
    ['lease_takeovers_total', 'Agents that another worker, or the same one later, has taken up again.', [[{}, tally.takeovers]]],
  ];
}

function gaugesOf({ counts, queue, isHalted }: Figures): [string, string, Sample[]][] {
  const inState = (known: readonly { state: string; count: number }[], states: readonly string[]) =>
    states.map((state): Sample => [{ state }, known.find((row) => row.state === state)?.count ?? 0]);
  return [
    ['tasks', 'Tasks, by state.', inState(counts.tasks, TASK_STATES)],
    ['agents', 'Agents, by state.', inState(counts.agents, AGENT_STATES)],
    [
      'tasks_waiting',
      'Tasks that wait for room, by priority.',
      counts.priorities.map(({ priority, count }) => [{ priority: String(priority) }, count]),
    ],
    ['halted', 'Whether the instance is halted.', [[{}, Number(isHalted)]]],
    ['queue_up', 'Whether the queue answers.', [[{}, Number(queue !== null)]]],
    ['queue_paused', 'Whether the queue is paused.', queue ? [[{}, Number(queue.paused)]] : []],
    [
      'queue_jobs',
      'Jobs in the queue.',
      queue
        ? [
            [{ state: 'waiting' }, queue.waiting],
            [{ state: 'active' }, queue.active],
          ]
        : [],
    ],
  ];
}

function histogramsOf({ tally }: Figures): PromHistogram[] {
  const byState = (known: Readonly<Record<string, Histogram>>) =>
    Object.entries(known).map(([state, measured]) => [{ state }, measured] as const);
  return [
    histogram('task_state_seconds', 'How long tasks were in a state that they have left.', LONG_BOUNDS, byState(tally.taskSeconds)),
    histogram('agent_state_seconds', 'How long agents were in a state that they have left.', LONG_BOUNDS, byState(tally.agentSeconds)),
    histogram(
      'kill_seconds',
      'From the request of a kill to its confirmation.',
      SHORT_BOUNDS,
      tally.killSeconds ? [[{}, tally.killSeconds]] : [],
    ),
  ];
}

function fill(Kind: typeof Counter | typeof Gauge, registry: Registry, name: string, help: string, samples: readonly Sample[]): void {
  const [first] = samples;
  if (!first) return;
  const metric = new Kind({ name: `signalbox_${name}`, help, labelNames: Object.keys(first[0]), registers: [registry] });
  for (const [labels, value] of samples) metric.inc(labels, value);
}

/** prom-client's own would have to observe each value again; a registry asks no more of a metric than this. */
function histogram(name: string, help: string, bounds: readonly number[], known: readonly (readonly [Labels, Histogram])[]): PromHistogram {
  const full = `signalbox_${name}`;
  const values = known.flatMap(([labels, { counts, sum, count }]) => [
    ...counts.map((value, index) => ({ metricName: `${full}_bucket`, labels: { ...labels, le: String(bounds[index]) }, value })),
    { metricName: `${full}_bucket`, labels: { ...labels, le: '+Inf' }, value: count },
    { metricName: `${full}_sum`, labels, value: sum },
    { metricName: `${full}_count`, labels, value: count },
  ]);
  return { name: full, get: async () => ({ name: full, help, type: 'histogram', values }) } as unknown as PromHistogram;
}
