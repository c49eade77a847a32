import { parseArgs } from 'node:util';

export interface ChaosOptions {
  /** Stories that are played. */
  readonly rounds: number;
  readonly seed: number;
  /** `embedded`: one process on its own database. `cluster`: PostgreSQL, Valkey, two servers, three workers. */
  readonly setup: 'embedded' | 'cluster';
  /** Stories, and agents, at once. */
  readonly agents: number;
  readonly docker: boolean;
  /** The shell command that restarts the Docker engine; null: it is only cut off. It ends every container on the machine. */
  readonly restartEngine: string | null;
  /** After so long no further story begins. */
  readonly minutes: number;
  /** Leave the logs of the processes where they are. */
  readonly keep: boolean;
  /** Milliseconds between two faults, at least and at most. */
  readonly pace: readonly [number, number];
  readonly say: (line: string) => void;
  /** Ends everything, and leaves nothing behind. */
  readonly interrupted: AbortSignal;
}

export const USAGE =
  'npm run chaos -- [--rounds N] [--seed S] [--setup embedded|cluster] [--agents K] [--docker|--process] [--minutes M] [--restart-engine COMMAND] [--pace MS,MS] [--keep]';

export function readOptions(args: readonly string[], interrupted: AbortSignal): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '20' },
      seed: { type: 'string' },
      setup: { type: 'string', default: 'embedded' },
      agents: { type: 'string', default: '4' },
      docker: { type: 'boolean', default: false },
      process: { type: 'boolean', default: false },
      'restart-engine': { type: 'string' },
      minutes: { type: 'string', default: '60' },
      pace: { type: 'string', default: '3000,8000' },
      keep: { type: 'boolean', default: false },
    },
  });
  const { setup } = values;
  if (setup !== 'embedded' && setup !== 'cluster') throw new Error(`no setup ${setup}\n${USAGE}`);
  const [least = 3000, most = 8000] = values.pace.split(',').map(Number);
  return {
    rounds: count(values.rounds),
    seed: values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : count(values.seed),
    setup,
    agents: count(values.agents),
    docker: values.docker && !values.process,
    restartEngine: values['restart-engine'] ?? null,
    minutes: Number(values.minutes),
    keep: values.keep,
    pace: [least, most],
    say: (line) => console.log(line),
    interrupted,
  };
}

function count(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0) throw new Error(`${text} is not a whole number\n${USAGE}`);
  return number;
}
