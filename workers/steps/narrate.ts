import { addUsage, type Usage } from '../../src/domain/agent.ts';
import type { NewEvent } from '../../src/domain/event.ts';
import { noteUsage } from '../../src/store/agents.ts';
import { appendEvent, type Change } from '../../src/store/events.ts';
import type { Tracing } from '../../src/tracing/tracing.ts';
import type { AgentProgress } from '../agent/run.ts';
import { TOOLS } from '../agent/tools/index.ts';
import type { Hold } from '../hold.ts';
import type { WorkerServices } from '../services.ts';

const SAID_CHARACTERS = 600;
const NAMES = new Set(TOOLS.map(({ definition }) => definition.name));

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
  const tell = (event: Pick<NewEvent, 'type' | 'data'>, also: (tx: Change) => Promise<void> = async () => {}) => {
    writing = writing
      .then(() =>
        hold.change(async (tx) => {
          await appendEvent(tx, { ...event, taskId: task.id, agentId: agent.id });
          await also(tx);
        }),
      )
      .catch((error: unknown) => services.log.warn({ err: error, agent: agent.id }, 'an event of an agent was not written'));
  };
  return {
    onProgress(progress) {
      if (progress.kind === 'text') said += progress.text;
      if (progress.kind === 'turn') {
        const sum = (usage = addUsage(usage, { ...progress.usage, turns: 1 }));
        tell({ type: 'agent.said', data: { text: said.slice(0, SAID_CHARACTERS), usage: sum } }, (tx) => noteUsage(tx, agent.id, sum));
        said = '';
      }
      if (progress.kind === 'tool-started') about = progress.about;
      if (progress.kind === 'tool-finished') {
        traceTool(services.tracing, progress);
        tell({
          type: 'agent.tool',
          data: { tool: progress.tool, about: about.slice(0, SAID_CHARACTERS), isError: progress.isError, durationMs: progress.durationMs },
        });
      }
    },
    settled: () => writing,
  };
}

/** A name that is none of ours is the model's words. */
function traceTool(tracing: Tracing, { tool, isError, durationMs }: AgentProgress & { readonly kind: 'tool-finished' }): void {
  const name = NAMES.has(tool) ? tool : 'unknown';
  const attributes = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': name, 'signalbox.tool.refused': isError };
  tracing.past(`execute_tool ${name}`, { attributes }, new Date(Date.now() - durationMs));
}
