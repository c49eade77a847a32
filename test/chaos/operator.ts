import { setTimeout as delay } from 'node:timers/promises';
import type { Look } from './look.ts';

export interface OperatorWish {
  /** Where the servers answer, over the same wire as for webhooks. */
  readonly url: string;
  readonly token: string;
  readonly look: Look;
}

const AGAIN_MS = 300;

/** Somebody with the control API's token, who asks until there is an answer. */
export class Operator {
  readonly #wish: OperatorWish;

  constructor(wish: OperatorWish) {
    this.#wish = wish;
  }

  /** Halts the instance, or lifts the halt. */
  async setHalt(path: '/halt' | '/resume'): Promise<void> {
    await this.#ask(path, AbortSignal.timeout(120_000));
  }

  /** Stops the agent on an issue, in either way, as soon as there is one; what is over before has none to stop. */
  async stopAgent(what: 'kill' | 'stop', repository: string, issue: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      const rows = await this.#wish.look.once<{ agent: string | null; over: boolean }>(
        "select a.id as agent, t.state in ('completed', 'failed', 'killed') as over from signalbox.tasks t left join signalbox.agents a on a.task_id = t.id where t.repository = $1 and t.number = $2 order by t.created_at desc limit 1",
        [repository, issue],
      );
      const [found] = rows ?? [];
      if (found?.agent) return this.#ask(`/agents/${found.agent}/${what}`, signal);
      if (found?.over) return;
      await delay(AGAIN_MS, undefined, { signal });
    }
  }

  async #ask(path: string, signal: AbortSignal): Promise<void> {
    const { url, token } = this.#wish;
    const headers = { authorization: `Bearer ${token}`, 'x-signalbox-actor': 'operator' };
    for (;;) {
      const request = {
        method: 'POST',
        headers,
        body: '{"reason":"enough of this"}',
        signal: AbortSignal.any([signal, AbortSignal.timeout(10_000)]),
      };
      const status = await fetch(`${url}${path}`, request).then(
        async (response) => (await response.arrayBuffer(), response.status),
        () => 0,
      );
      if (status >= 200 && status < 300) return;
      if (status >= 400 && status < 500) throw new Error(`${path} is answered with ${status}`);
      await delay(AGAIN_MS, undefined, { signal });
    }
  }
}
