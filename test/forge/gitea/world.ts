import { createGitea, type GiteaOptions } from '../../../src/forge/gitea/gitea.ts';
import { createLog } from '../../../src/log.ts';
import { startGitea, type Gitea, type GiteaOptions as StandInOptions } from '../../support/gitea/gitea.ts';
import { clientFor } from '../../support/gitea/test-clients.ts';
import type { ForgeWorld, Role } from '../../contract/forge.ts';
import { MAKING, NEEDED_SCOPES, stateOf } from './vocabulary.ts';

export const WEBHOOK_SECRET = 'a secret of the tests';

export interface GiteaWorld extends ForgeWorld {
  readonly gitea: Gitea;
  setRole(login: string, role: Role): void;
}

/** The adapter's settings for a stand-in. */
export function settingsFor(gitea: Gitea, changes: Partial<GiteaOptions> = {}): GiteaOptions {
  return {
    url: gitea.url,
    token: gitea.botToken,
    webhookSecret: WEBHOOK_SECRET,
    botUser: null,
    maxReviewComments: 10,
    log: createLog('silent'),
    pauses: [1, 1],
    ...changes,
  };
}

/** The bot is an administrator of the repository, and its token has the scopes that it needs, and no more. */
export async function startGiteaWorld(options: StandInOptions = {}): Promise<GiteaWorld> {
  const gitea = await startGitea({ bot: { scopes: NEEDED_SCOPES }, ...options });
  const name = 'acme/app';
  const repository = await gitea.addRepository(name, { private: true, files: { 'README.md': '# App\n' } });
  const asBot = clientFor(gitea);
  const people = new Set<string>();
  return {
    gitea,
    repository: name,
    roles: ['admin', 'write', 'read', 'none'],
    open: () => createGitea(settingsFor(gitea)),
    openNowhere: () => createGitea(settingsFor(gitea, { url: 'http://127.0.0.1:1' })),
    openUnauthorized: () => createGitea(settingsFor(gitea, { token: 'f'.repeat(40) })),
    setRole(login, role) {
      if (!people.has(login)) gitea.addUser(login);
      people.add(login);
      repository.setRole(login, role);
    },
    openIssue: async (by, fields) => (await gitea.as(by).openIssue(name, fields)).number,
    comment: async (by, number, body) => (await gitea.as(by).comment(name, number, body)).id,
    editComment: async (by, id, body) => void (await gitea.as(by).editComment(name, id, body)),
    async review(by, number, { body, path, line, comment }) {
      await gitea.as(by).review(name, number, { event: 'REQUEST_CHANGES', body, comments: [{ path, line, body: comment }] });
    },
    close: async (by, number) => void (await gitea.as(by).close(name, number)),
    label: (by, number, label) => gitea.as(by).label(name, number, label),
    unlabel: (by, number, label) => gitea.as(by).unlabel(name, number, label),
    push: (by, fields) => gitea.as(by).push(name, fields),
    openPull: async (by, fields) => (await gitea.as(by).openPull(name, fields)).number,
    comments: async (number) => repository.comments(number),
    pulls: async () =>
      repository
        .pulls()
        .filter((pull) => pull.state === 'open')
        .map(({ title, body, draft }) => ({ title, body: body ?? '', draft })),
    async checks(sha) {
      const newest = new Map(repository.statuses(sha).map(({ context, state }) => [context, state]));
      return [...newest].map(([context, state]) => ({ name: context, state: stateOf(state) }));
    },
    labels: async () => (await asBot<{ name: string }[]>('GET', `/repos/${name}/labels?limit=50`)).body.map((label) => label.name),
    async hooks() {
      const { body } = await asBot<{ id: number; active: boolean; config: { url: string } }[]>('GET', `/repos/${name}/hooks`);
      return body.map(({ id, active, config: { url } }) => ({ id, active, url }));
    },
    async seenBy(number, commentId) {
      const subject = commentId === undefined ? repository.issue(number) : repository.comments(number).find(({ id }) => id === commentId);
      return (subject?.reactions ?? []).filter(({ content }) => content === 'eyes').map(({ by }) => by);
    },
    file: (at, path) => repository.file(at, path),
    loseAnswer: (making) => void gitea.fail({ match: MAKING[making], status: 'drop', when: 'after' }),
    failAll: (answer) => void gitea.fail({ ...answer, times: 1000 }),
    async [Symbol.asyncDispose]() {
      await gitea[Symbol.asyncDispose]();
      gitea.assertConformant();
    },
  };
}
