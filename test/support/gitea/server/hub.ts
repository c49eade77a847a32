import { ForgeHub } from '../../forge/server/hub.ts';
import type { Issue, Repository } from '../../forge/server/model.ts';
import type { Deliveries } from '../webhooks/deliveries.ts';
import type { Dialect, Hook, TimelineEntry } from './model.ts';
import { Tokens } from './tokens.ts';
import type { Urls } from './urls.ts';

const RULES = {
  maxBodyCharacters: Number.POSITIVE_INFINITY,
  emptyPulls: true,
  mergedByPush: false,
  reopensAlways: true,
  closedFollow: true,
  reviewsAnything: true,
  sameBodyIsEdited: true,
  emailOf: (login: string) => `${login}@noreply.gitea.example`,
};

/** Everything that the routes work on, with what Gitea alone has: webhooks of repositories, and timelines. */
export class Hub extends ForgeHub {
  readonly urls: Urls;
  readonly tokens = new Tokens();
  readonly deliveries: Deliveries;
  readonly dialect: Dialect;
  /** `deliverTo` puts it on every repository. */
  hookOfAll: Hook | null = null;
  readonly #hooks = new Map<Repository, Hook[]>();
  readonly #timelines = new Map<Issue, TimelineEntry[]>();

  constructor(options: { root: string; urls: Urls; deliveries: Deliveries; now: () => number; dialect: Dialect }) {
    super({ root: options.root, now: options.now, rules: RULES });
    this.urls = options.urls;
    this.deliveries = options.deliveries;
    this.dialect = options.dialect;
  }

  hooksOf(repository: Repository): Hook[] {
    return listIn(this.#hooks, repository);
  }

  timelineOf(issue: Issue): TimelineEntry[] {
    return listIn(this.#timelines, issue);
  }
}

function listIn<K, V>(lists: Map<K, V[]>, key: K): V[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}
