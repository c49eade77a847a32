import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { z } from 'zod';

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

/** What the Docker engine says that it did to sandboxes, of whichever instance. */
export async function watchEngine(): Promise<{ readonly events: readonly ContainerEvent[] } & AsyncDisposable> {
  const events: ContainerEvent[] = [];
  const filters = ['--filter', 'type=container', '--filter', 'label=signalbox.instance'];
  const watcher = spawn('docker', ['events', '--format', '{{json .}}', ...filters], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(watcher, 'spawn');
  createInterface(watcher.stdout).on('line', (line) => {
    const { Action, timeNano, Actor } = EngineEvent.parse(JSON.parse(line));
    const { 'signalbox.agent': agent = '', 'signalbox.instance': instance = '' } = Actor.Attributes;
    events.push({ action: Action.split(':')[0] ?? Action, container: Actor.ID, agent, instance, at: timeNano / 1e6 });
  });
  return {
    events,
    async [Symbol.asyncDispose]() {
      if (watcher.exitCode !== null || watcher.signalCode !== null) return;
      const gone = once(watcher, 'exit');
      watcher.kill();
      await gone;
    },
  };
}
