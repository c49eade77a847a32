import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';

/** Milliseconds before an engine that is away is looked for again. */
const AWAY_MS = 200;

const EngineEvent = z.object({
  Action: z.string(),
  timeNano: z.number(),
  Actor: z.object({ ID: z.string(), Attributes: z.record(z.string(), z.string()) }),
});

export interface ContainerEvent {
  readonly action: string;
  readonly container: string;
  readonly agent: string;
  readonly instance: string;
  /** Milliseconds since 1970, by the engine. */
  readonly at: number;
}

/** What the Docker engine says that it did to sandboxes, of whichever instance, also after it was restarted. */
export function watchEngine(): { readonly events: readonly ContainerEvent[] } & AsyncDisposable {
  const events: ContainerEvent[] = [];
  const filters = ['--filter', 'type=container', '--filter', 'label=signalbox.instance'];
  const stop = new AbortController();
  async function watch(): Promise<void> {
    const watcher = spawn('docker', ['events', '--format', '{{json .}}', ...filters], { stdio: ['ignore', 'pipe', 'ignore'] });
    const gone = once(watcher, 'exit');
    stop.signal.addEventListener('abort', () => watcher.kill(), { once: true });
    if (stop.signal.aborted) watcher.kill();
    createInterface(watcher.stdout).on('line', (line) => {
      const { Action, timeNano, Actor } = EngineEvent.parse(JSON.parse(line));
      const { 'signalbox.agent': agent = '', 'signalbox.instance': instance = '' } = Actor.Attributes;
      events.push({ action: Action.split(':')[0] ?? Action, container: Actor.ID, agent, instance, at: timeNano / 1e6 });
    });
    await gone;
  }
  async function keepWatching(): Promise<void> {
    while (!stop.signal.aborted) {
      await watch();
      await delay(AWAY_MS, undefined, { signal: stop.signal }).catch(() => {});
    }
  }
  const watching = keepWatching();
  return {
    events,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await watching;
    },
  };
}
