import { generateKeyPairSync } from 'node:crypto';
import { createLog } from '../../../src/log.ts';
import { createGithub, type GithubOptions } from '../../../src/forge/github/github.ts';
import { SUBSCRIBED_EVENTS, USED_PERMISSIONS } from '../../../src/forge/github/events.ts';
import { startGithub, type Github } from '../../support/github/github.ts';
import type { ForgeWorld, Role } from '../../contract/forge.ts';

export const WEBHOOK_SECRET = 'a secret of the tests';

const CREATES = {
  comment: /^POST \/repos\/[^/]+\/[^/]+\/issues\/\d+\/comments$/,
  pull: /^POST \/repos\/[^/]+\/[^/]+\/pulls$/,
  check: /^POST \/repos\/[^/]+\/[^/]+\/check-runs$/,
};

const STATES: Record<string, 'success' | 'failure'> = { success: 'success', failure: 'failure' };

export interface GithubWorld extends ForgeWorld {
  readonly github: Github;
  setRole(login: string, role: Role): void;
}

/** The adapter's settings for a stand-in. */
export function settingsFor(github: Github, changes: Partial<GithubOptions> = {}): GithubOptions {
  return {
    appId: github.appId,
    privateKey: github.privateKey,
    webhookSecret: WEBHOOK_SECRET,
    apiUrl: github.url,
    throttle: false,
    log: createLog('silent'),
    ...changes,
  };
}

let appKey: string | null = null;

/** The App has the permissions that it says it uses, and no more; and the same key in every world, because making one is slow. */
export async function startGithubWorld(): Promise<GithubWorld> {
  appKey ??= newKey();
  const app = { privateKey: appKey, permissions: { ...USED_PERMISSIONS }, events: [...SUBSCRIBED_EVENTS] };
  const github = await startGithub({ app });
  const name = 'acme/app';
  const repository = await github.addRepository(name, { private: true, files: { 'README.md': '# App\n' } });
  const people = new Set<string>();
  return {
    github,
    repository: name,
    roles: ['admin', 'maintain', 'write', 'triage', 'read', 'none'],
    open: () => createGithub(settingsFor(github)),
    openNowhere: () => createGithub(settingsFor(github, { apiUrl: 'http://127.0.0.1:1' })),
    openUnauthorized: () => createGithub(settingsFor(github, { privateKey: newKey() })),
    setRole(login, role) {
      if (!people.has(login)) github.addUser(login);
      people.add(login);
      repository.setRole(login, role);
    },
    openIssue: async (by, fields) => (await github.as(by).openIssue(name, fields)).number,
    comment: async (by, number, body) => (await github.as(by).comment(name, number, body)).id,
    editComment: async (by, id, body) => void (await github.as(by).editComment(name, id, body)),
    async review(by, number, { body, path, line, comment }) {
      await github.as(by).review(name, number, { event: 'REQUEST_CHANGES', body, comments: [{ path, line, body: comment }] });
    },
    close: async (by, number) => void (await github.as(by).close(name, number)),
    label: (by, number, label) => github.as(by).label(name, number, label),
    unlabel: (by, number, label) => github.as(by).unlabel(name, number, label),
    push: (by, fields) => github.as(by).push(name, fields),
    openPull: async (by, fields) => (await github.as(by).openPull(name, fields)).number,
    comments: async (number) => repository.comments(number),
    pulls: async () =>
      repository
        .pulls()
        .filter((pull) => pull.state === 'open')
        .map(({ title, body, draft }) => ({ title, body: body ?? '', draft })),
    checks: async (sha) => (await repository.checks(sha)).map((run) => ({ name: run.name, state: stateOf(run) })),
    labels: async () => (await github.as('ada').request<{ name: string }[]>('GET', `/repos/${name}/labels`)).map((label) => label.name),
    async seenBy(number, commentId) {
      const subject = commentId === undefined ? repository.issue(number) : repository.comments(number).find(({ id }) => id === commentId);
      return (subject?.reactions ?? []).filter(({ content }) => content === 'eyes').map(({ by }) => by);
    },
    file: (at, path) => repository.file(at, path),
    loseAnswer: (making) => void github.fail({ match: CREATES[making], status: 'drop', when: 'after' }),
    webhook: {
      lead: (url) => github.deliverTo({ url, secret: WEBHOOK_SECRET }),
      async send() {
        github.ping();
        await github.settled();
      },
    },
    failAll: (answer) => void github.fail({ ...answer, times: 1000 }),
    async [Symbol.asyncDispose]() {
      await github[Symbol.asyncDispose]();
      github.assertConformant();
    },
  };
}

function stateOf({ status, conclusion }: { status: string; conclusion: string | null }) {
  if (status === 'completed') return STATES[conclusion ?? ''] ?? ('other' as const);
  return status === 'queued' ? ('queued' as const) : ('running' as const);
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}
