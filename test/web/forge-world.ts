import { createForges } from '../../src/forge/index.ts';
import { buildApp, type AppServices } from '../../src/http/app.ts';
import { TOKEN } from '../http/api-world.ts';
import { accessBy } from '../support/access.ts';
import { consentTo } from '../support/forge/driver/consent.ts';
import { startGitea, type Gitea } from '../support/gitea/gitea.ts';
import { startGithub, type Github } from '../support/github/github.ts';
import { WEBHOOK_SECRET } from '../support/signalbox.ts';
import { openWorld, type World } from '../tasks/world.ts';
import { HOST, LIMITS, visitor, type Seen } from './world.ts';

/** The dashboard beside a GitHub and a Gitea that sign people in, each with ada and eve. */
export interface ForgeWorld extends World {
  readonly github: Github;
  readonly gitea: Gitea;
  readonly app: ReturnType<typeof buildApp>;
  /** The same with other settings. */
  build(changes?: Partial<AppServices>): ReturnType<typeof buildApp>;
  forges(changes?: { secret?: string; off?: boolean }): AppServices['forges'];
}

/** What the forges say is not believed any longer than for the answer to one request. */
export async function openForgeWorld(): Promise<ForgeWorld> {
  await using stack = new AsyncDisposableStack();
  const world = stack.use(await openWorld());
  const github = stack.use(await startGithub());
  const gitea = stack.use(await startGitea({ bot: { scopes: ['write:repository', 'write:issue', 'read:user'] } }));
  for (const forge of [github, gitea]) for (const login of ['ada', 'eve']) forge.addUser(login);
  github.oauth.callbacks.push(`http://${HOST}/sign-in/github/callback`);
  gitea.oauth.callbacks.push(`http://${HOST}/sign-in/gitea/callback`);
  const { db, notifications, queue, tracing, log } = world;
  const forges: ForgeWorld['forges'] = (changes = {}) => forgesOf(github, gitea, world, changes);
  const services = { db, notifications, queue, access: accessBy(TOKEN), probes: [], limits: LIMITS, tracing, log };
  const build: ForgeWorld['build'] = (changes = {}) =>
    buildApp({ ...services, forges: forges(), publicUrl: `http://${HOST}`, believedMs: 0, ...changes });
  const parts = stack.move();
  return { ...world, github, gitea, app: build(), build, forges, [Symbol.asyncDispose]: () => parts.disposeAsync() };
}

function forgesOf(github: Github, gitea: Gitea, { log }: World, { secret, off = false }: { secret?: string; off?: boolean }) {
  const oauth = ({ oauth: { clientId, clientSecret } }: Github | Gitea) =>
    off ? null : { clientId, clientSecret: secret ?? clientSecret };
  const { appId, privateKey, url: apiUrl } = github;
  const common = { webhookSecret: WEBHOOK_SECRET };
  return createForges(
    {
      github: { ...common, appId, privateKey, apiUrl, throttle: false, oauth: oauth(github) },
      gitea: { ...common, url: gitea.url, token: gitea.botToken, botUser: null, maxReviewComments: 5, oauth: oauth(gitea) },
    },
    log,
  );
}

type Browser = ReturnType<typeof visitor>;
export type ForgeName = 'github' | 'gitea';

interface Saying {
  readonly answer?: 'yes' | 'no';
  /** Where they want to go. */
  readonly to?: string;
}

/** Where the forge leads somebody back to who says yes or no. */
export async function leadBack(
  browser: Browser,
  forge: ForgeName,
  login: string,
  { answer = 'yes', to = '' }: Saying = {},
): Promise<string> {
  const begun = await browser.see(`/sign-in/${forge}${to === '' ? '' : `?to=${encodeURIComponent(to)}`}`);
  const back = new URL(await consentTo(begun.headers.get('location') ?? '', login, answer));
  return back.pathname + back.search;
}

/** The whole dance; what the last page of it says. */
export async function signInAt(browser: Browser, forge: ForgeName, login: string, wish: Saying = {}): Promise<Seen> {
  return browser.see(await leadBack(browser, forge, login, wish));
}

/** A browser in which somebody has signed in with their account of a forge. */
export async function personAt(app: ForgeWorld['app'], forge: ForgeName, login = 'ada'): Promise<Browser> {
  const browser = visitor({ app });
  await signInAt(browser, forge, login);
  return browser;
}
