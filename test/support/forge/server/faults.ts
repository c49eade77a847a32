import { setTimeout as delay } from 'node:timers/promises';

export interface FaultRequest {
  method: string;
  /** With the query string. */
  path: string;
}

export interface FaultRule {
  /** Against `METHOD /path?query`; a function sees the request. Nothing said: every request. */
  match?: RegExp | ((request: FaultRequest) => boolean);
  /** The answer's status, or `'drop'`: the connection is cut. With `delayMs` alone the answer is only late. */
  status?: number | 'drop';
  headers?: Record<string, string>;
  /** Over the forge's usual error body. */
  body?: object;
  delayMs?: number;
  /** The request waits for this, for stories in which something happens meanwhile. */
  until?: Promise<unknown>;
  /** How many requests it meets; once if nothing is said. */
  times?: number;
  /** `'after'`: the request is carried out, and only its answer is lost. */
  when?: 'before' | 'after';
}

/** What goes wrong on the way, on request: for callers outside; what the driver does is never met. */
export class Faults {
  #rules: { rule: FaultRule; left: number }[] = [];

  add(rule: FaultRule): { cancel(): void } {
    const entry = { rule, left: rule.times ?? 1 };
    this.#rules.push(entry);
    return { cancel: () => void (entry.left = 0) };
  }

  clear(): void {
    this.#rules = [];
  }

  /** The rule that meets this request, used up by one. Waits its delay. */
  async meet(request: FaultRequest): Promise<FaultRule | null> {
    const entry = this.#rules.find(({ rule, left }) => left > 0 && matches(rule, request));
    if (!entry) return null;
    entry.left -= 1;
    await entry.rule.until;
    if (entry.rule.delayMs) await delay(entry.rule.delayMs, undefined, { ref: false });
    return entry.rule;
  }
}

function matches({ match }: FaultRule, request: FaultRequest): boolean {
  if (match === undefined) return true;
  return typeof match === 'function' ? match(request) : match.test(`${request.method} ${request.path}`);
}
