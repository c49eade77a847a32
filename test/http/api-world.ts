import { createForges, createPlainGit } from '../../src/forge/index.ts';
import { defaultBranch } from '../../src/git/default-branch.ts';
import { Git } from '../../src/git/git.ts';
import { buildApp, type AppServices } from '../../src/http/app.ts';
import { accessBy } from '../support/access.ts';
import { startGitServer } from '../support/git/git-server.ts';
import { startGithub, type Github } from '../support/github/github.ts';
import { WEBHOOK_SECRET } from '../support/signalbox.ts';
import { openWorld, type World } from '../tasks/world.ts';

export const TOKEN = 'the-token-of-this-test';
export const REPOSITORY = 'acme/app';

export interface Call {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly token?: string | null;
}

export interface Answer {
  readonly status: number;
  // What an answer holds is the test's affair.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: any;
  readonly headers: Headers;
}

/** The API over a database, a queue, a stand-in GitHub and a server of plain git of its own, with nobody at work. */
export interface ApiWorld extends World {
  readonly github: Github;
  /** A repository on that server. */
  readonly address: string;
  readonly app: ReturnType<typeof buildApp>;
  /** `GET /agents`, as the holder of the settings' token unless another one is given. */
  call(request: string, call?: Call): Promise<Answer>;
}

export async function openApiWorld(changes: Partial<AppServices> = {}): Promise<ApiWorld> {
  await using stack = new AsyncDisposableStack();
  const world = stack.use(await openWorld());
  const github = stack.use(await startGithub());
  github.addUser('ada');
  await github.addRepository(REPOSITORY, { files: { 'README.md': '' }, collaborators: { ada: 'write' } });
  const { appId, privateKey, url: apiUrl } = github;
  const forges = createForges(
    { github: { appId, privateKey, webhookSecret: WEBHOOK_SECRET, apiUrl, throttle: false }, gitea: null },
    world.log,
  );
  const server = stack.use(await startGitServer());
  await server.add('team/app');
  const { credentialsPath, url } = server;
  const git = createPlainGit({ urls: [`${url}/team`], credentialsPath, readHead: (access) => defaultBranch(new Git(), access) });
  const { db, notifications, queue, tracing, log } = world;
  const app = buildApp({
    db,
    notifications,
    queue,
    access: accessBy(TOKEN),
    forges,
    everywhere: [...forges, git],
    probes: [],
    tracing,
    log,
    ...changes,
  });
  const parts = stack.move();
  return {
    ...world,
    github,
    address: `${url}/team/app.git`,
    app,
    call: (request, call) => ask(app, request, call),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

export async function ask(app: ApiWorld['app'], request: string, { body, headers = {}, token = TOKEN }: Call = {}): Promise<Answer> {
  const [method = '', path = ''] = request.split(' ');
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const authorization: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
  const response = await app.request(path, { method, headers: { ...authorization, ...headers }, body: text ?? null });
  const type = response.headers.get('content-type') ?? '';
  return {
    status: response.status,
    body: type.includes('json') ? await response.json() : await response.text(),
    headers: response.headers,
  };
}
