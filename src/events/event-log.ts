import { startLogReader, type LogReaderOptions } from './log-reader.ts';

/** An agent's own steps are many, and are told in its transcript. */
const MANY: ReadonlySet<string> = new Set(['agent.step', 'agent.said', 'agent.tool', 'gate.changed']);

/** Writes a line for each event into the log of the process: its ids, and nothing that somebody wrote. */
export function startEventLog(options: Omit<LogReaderOptions, 'name'>): AsyncDisposable {
  return startLogReader({ ...options, name: 'log' }, async (events) => {
    for (const { seq, type, taskId, agentId, repository, requestId } of events) {
      const line = { requestId, seq, type, task: taskId, agent: agentId, repository };
      options.log[MANY.has(type) ? 'debug' : 'info'](line, 'event');
    }
  });
}
