import { markFailed, type Tracing } from '../src/tracing/tracing.ts';
import type { Hold } from './hold.ts';
import type { Ending } from './outcome.ts';

/**
 * One stretch of an agent's work as a span of the trace that the request for it began, after the time that it waited. An agent
 * that is taken over has one for each worker. `work` answers with how it ended, or with the error that broke it off.
 */
export async function traceTask(
  tracing: Tracing,
  hold: Hold,
  work: () => Promise<Ending | { readonly brokenOff: unknown }>,
): Promise<void> {
  const { task, agent, resumed } = hold;
  const parent = task.origin.traceParent;
  const of = { 'signalbox.task': task.id, 'signalbox.repository': task.subject.repository, 'signalbox.priority': task.priority };
  if (!resumed) tracing.past('wait in the queue', { parent, attributes: of }, task.createdAt);
  const attributes = {
    ...of,
    'signalbox.agent': agent.id,
    'signalbox.agent_type': task.agentType,
    'signalbox.purpose': task.purpose,
    'signalbox.attempt': agent.attempt,
    'signalbox.resumptions': agent.resumptions,
  };
  await tracing.span('agent', { parent, attributes }, async (span) => {
    const result = await work();
    if ('brokenOff' in result) markFailed(span, result.brokenOff);
    else span.setAttributes({ 'signalbox.state': result.task, 'signalbox.outcome': result.outcome.code });
  });
}
