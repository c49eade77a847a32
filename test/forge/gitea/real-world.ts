import { randomBytes } from 'node:crypto';
import { createLog } from '../../../src/log.ts';
import { createGitea, type GiteaOptions } from '../../../src/forge/gitea/gitea.ts';
import type { ForgeWorld } from '../../contract/forge.ts';
import { Admin } from './admin.ts';
import { startFaultyProxy } from './faulty-proxy.ts';
import { MAKING, NEEDED_SCOPES, stateOf } from './vocabulary.ts';

interface Labelled {
  id: number;
  name: string;
}

/** A Gitea or Forgejo that runs somewhere, with an owner and a bot of our own. */
export async function openRealServer(url: string, adminToken: string) {
  const admin = new Admin(url, adminToken);
  const names = { owner: `acme-${randomBytes(4).toString('hex')}`, bot: `bot-${randomBytes(4).toString('hex')}` };
  await admin.person(names.owner);
  await admin.person(names.bot);
  const token = await admin.tokenOf(names.bot, NEEDED_SCOPES);
  return {
    url,
    /** Its login, and a token of its. */
    bot: names.bot,
    botToken: token,
    startWorld: () => startRealWorld({ url, admin, token, ...names }),
    [Symbol.asyncDispose]: () => admin.removePeople(),
  };
}

interface Server {
  readonly url: string;
  readonly admin: Admin;
  readonly token: string;
  readonly owner: string;
  readonly bot: string;
}

/** One repository in it, that is removed again. */
async function startRealWorld(server: Server) {
  const { admin, owner, bot } = server;
  const name = `${owner}/app-${randomBytes(4).toString('hex')}`;
  const repo = { name: name.slice(owner.length + 1), private: true, auto_init: true, readme: 'Default', default_branch: 'main' };
  await admin.call('POST', '/user/repos', { by: owner, body: repo });
  await admin.call('PUT', `/repos/${name}/collaborators/${bot}`, { by: owner, body: { permission: 'admin' } });
  const proxy = await startFaultyProxy(server.url);
  const at = createPlace(admin, name, owner);
  const open = (changes: Partial<GiteaOptions> = {}) =>
    createGitea({
      url: proxy.url,
      token: server.token,
      webhookSecret: 'a secret of the tests',
      botUser: null,
      maxReviewComments: 10,
      log: createLog('silent'),
      ...changes,
    });
  return {
    repository: name,
    roles: ['admin', 'write', 'read', 'none'],
    open: () => open(),
    openNowhere: () => open({ url: 'http://127.0.0.1:1' }),
    openUnauthorized: () => open({ token: 'f'.repeat(40) }),
    ...at,
    loseAnswer: (making) => proxy.loseAnswer(MAKING[making]),
    failAll: (answer) => proxy.failAll(answer),
    async [Symbol.asyncDispose]() {
      await proxy[Symbol.asyncDispose]();
      await admin.call('DELETE', `/repos/${name}`);
    },
  } satisfies ForgeWorld;
}

/** What people do and see in a repository. */
function createPlace(admin: Admin, name: string, owner: string) {
  const repo = `/repos/${name}`;
  const list = async <T>(path: string) => (await admin.call<T[]>('GET', `${repo}${path}`)) ?? [];
  const made = async (path: string, by: string, body: object) => (await admin.call<Made>('POST', `${repo}${path}`, { by, body }))!;

  async function labelId(label: string): Promise<number> {
    const there = (await list<Labelled>('/labels?limit=50')).find((one) => one.name === label);
    return there?.id ?? (await made('/labels', owner, { name: label, color: '#1d76db' })).id;
  }

  return {
    async setRole(login: string, role: string) {
      await admin.person(login);
      const path = `${repo}/collaborators/${login}`;
      await (role === 'none' ? admin.call('DELETE', path) : admin.call('PUT', path, { body: { permission: role } }));
    },
    async openIssue(by: string, { labels = [], ...fields }: { title: string; body: string; labels?: string[] }) {
      const ids: number[] = [];
      for (const label of labels) ids.push(await labelId(label));
      return (await made('/issues', by, { ...fields, labels: ids })).number;
    },
    comment: async (by: string, number: number, body: string) => (await made(`/issues/${number}/comments`, by, { body })).id,
    editComment: async (by: string, id: number, body: string) =>
      void (await admin.call('PATCH', `${repo}/issues/comments/${id}`, { by, body: { body } })),
    async review(by: string, number: number, fields: { body: string; path: string; line: number; comment: string }) {
      const { body, path, line, comment } = fields;
      const comments = [{ path, new_position: line, body: comment }];
      await made(`/pulls/${number}/reviews`, by, { event: 'REQUEST_CHANGES', body, comments });
    },
    close: async (by: string, number: number) =>
      void (await admin.call('PATCH', `${repo}/issues/${number}`, { by, body: { state: 'closed' } })),
    label: async (by: string, number: number, label: string) =>
      void (await made(`/issues/${number}/labels`, by, { labels: [await labelId(label)] })),
    unlabel: async (by: string, number: number, label: string) =>
      void (await admin.call('DELETE', `${repo}/issues/${number}/labels/${await labelId(label)}`, { by })),
    async push(by: string, { branch, files }: { branch: string; files: Record<string, string> }) {
      const isThere = (await admin.call('GET', `${repo}/branches/${branch}`)) !== null;
      const changes = await Promise.all(
        Object.entries(files).map(async ([path, text]) => {
          const old = isThere
            ? await admin.call<{ sha: string }>('GET', `${repo}/contents/${encodeURIComponent(path)}?ref=${branch}`)
            : null;
          const content = Buffer.from(text).toString('base64');
          return { operation: old === null ? 'create' : 'update', path, content, ...(old === null ? {} : { sha: old.sha }) };
        }),
      );
      const to = isThere ? { branch } : { branch: 'main', new_branch: branch };
      const answer = await made('/contents', by, { ...to, files: changes, message: 'Change' });
      return answer.commit.sha;
    },
    async openPull(by: string, { draft, title, ...fields }: { title: string; head: string; base: string; draft?: boolean }) {
      return (await made('/pulls', by, { ...fields, title: draft ? `WIP: ${title}` : title })).number;
    },
    async comments(number: number) {
      const found = await list<{ user: { login: string }; body: string }>(`/issues/${number}/comments`);
      return found.map(({ user, body }) => ({ author: user.login, body }));
    },
    pulls: () => list<{ title: string; body: string; draft: boolean }>('/pulls?state=open').then((all) => all.map(essence)),
    async checks(sha: string) {
      const combined = await admin.call<{ statuses: { context: string; status: string }[] | null }>('GET', `${repo}/commits/${sha}/status`);
      return (combined?.statuses ?? []).map(({ context, status }) => ({ name: context, state: stateOf(status) }));
    },
    labels: async () => (await list<Labelled>('/labels?limit=50')).map((label) => label.name),
    hooks: async () =>
      (await list<{ id: number; active: boolean; config: { url: string } }>('/hooks')).map(({ id, active, config: { url } }) => ({
        id,
        active,
        url,
      })),
    async seenBy(number: number, commentId?: number) {
      const path = commentId === undefined ? `/issues/${number}/reactions` : `/issues/comments/${commentId}/reactions`;
      const found = await list<{ user: { login: string }; content: string }>(path);
      return found.filter(({ content }) => content === 'eyes').map(({ user }) => user.login);
    },
    headOf: async (branch: string) => (await admin.call<{ commit: { id: string } }>('GET', `${repo}/branches/${branch}`))!.commit.id,
    async file(ref: string, path: string) {
      const found = await admin.call<{ content: string }>('GET', `${repo}/contents/${encodeURIComponent(path)}?ref=${ref}`);
      return found && Buffer.from(found.content, 'base64').toString('utf8');
    },
  };
}

interface Made {
  readonly id: number;
  readonly number: number;
  readonly commit: { readonly sha: string };
}

function essence({ title, body, draft }: { title: string; body: string; draft: boolean }) {
  return { title, body, draft };
}
