import type { FaultRule } from '../support/github/github.ts';
import type { Random } from './random.ts';

const GIT = /\/(info\/refs|git-upload-pack|git-receive-pack)/;

/** What a forge does on a bad day, for the next few requests. */
export function forgeFault(random: Random): { readonly name: string; readonly rule: FaultRule } {
  const times = random.between(1, 4);
  const name = random.draw([
    ['500', 3],
    ['500 after the deed', 3],
    ['429', 2],
    ['connection cut', 2],
    ['connection cut after the deed', 3],
    ['slow', 2],
    ['a slow push', 2],
    ['git 500', 1],
  ] as const);
  switch (name) {
    case '500':
      return { name, rule: { status: random.pick([500, 502, 503]), times } };
    case '500 after the deed':
      return { name, rule: { match: /^(POST|PATCH|PUT)/, status: random.pick([500, 502, 504]), when: 'after', times } };
    case '429':
      return { name, rule: { match: ({ path }) => !GIT.test(path), status: 429, headers: { 'retry-after': '1' }, times } };
    case 'connection cut':
      return { name, rule: { status: 'drop', times } };
    case 'connection cut after the deed':
      return { name, rule: { match: /^(POST|PATCH|PUT)/, status: 'drop', when: 'after', times } };
    case 'slow':
      return { name, rule: { delayMs: random.between(500, 4_000), times } };
    case 'a slow push':
      return { name, rule: { match: /^POST .*git-receive-pack/, delayMs: random.between(1_000, 6_000), times: 1 } };
    case 'git 500':
      return { name, rule: { match: ({ path }) => GIT.test(path), status: 503, times } };
  }
}
