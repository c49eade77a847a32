import { addUsage, type Usage } from '../../src/domain/agent.ts';
import type { NewEvent } from '../../src/domain/event.ts';
import { noteUsage } from '../../src/store/agents.ts';
import { appendEvent, change } from '../../src/store/events.ts';
import type { AgentProgress } from '../agent/run.ts';
import type { Hold } from '../hold.ts';
import type { WorkerServices } from '../services.ts';

const SAID_CHARACTERS = 600;

/**
 * Tells the event log what an agent does, while it does it. Events are written one after another behind the agent's back;
 * `settled` waits for those that are still on their way.
 */
export function narrate(
  services: WorkerServices,
  hold: Hold,
  before: Usage,
): { onProgress: (progress: AgentProgress) => void; settled: () => Promise<void> } {
  const { task, agent } = hold;
  let usage = before;
  let said = '';
  let about = '';
  let writing = Promise.resolve();
  const tell = (event: Pick<NewEvent, 'type' | 'data'>, also: () => Promise<void> = async () => {}) => {
    writing = writing
      .then(() => change(services.db, (tx) => appendEvent(tx, { ...event, taskId: task.id, agentId: agent.id })))
      .then(also)
      .catch((error: unknown) => services.log.warn({ err: error, agent: agent.id }, 'an event of an agent was not written'));
  };
  return {
    onProgress(progress) {
      if (progress.kind === 'text') said += progress.text;
      if (progress.kind === 'turn') {
        const sum = (usage = addUsage(usage, { ...progress.usage, turns: 1 }));
        tell({ type: 'agent.said', data: { text: said.slice(0, SAID_CHARACTERS), usage: sum } }, () =>
          noteUsage(services.db, agent.id, sum),
        );
        said = '';
      }
      if (progress.kind === 'tool-started') about = progress.about;
      if (progress.kind === 'tool-finished') {
        tell({
          type: 'agent.tool',
          data: { tool: progress.tool, about: about.slice(0, SAID_CHARACTERS), isError: progress.isError, durationMs: progress.durationMs },
        });
      }
    },
    settled: () => writing,
  };
}
