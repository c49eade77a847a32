import { OauthApp } from '../oauth/app.ts';
import { notFound } from './errors.ts';
import type { Happening } from './happening.ts';
import { createLock } from './lock.ts';
import type { Account, Repository } from './model.ts';
import type { WebUrls } from './urls.ts';

/** Where the forges differ in what they let happen. */
export interface Rules {
  /** Bodies of issues, pull requests and comments; longer ones are refused, never cut. */
  maxBodyCharacters: number;
  /** Whether a pull request may be without a commit of its own. */
  emptyPulls: boolean;
  /** Whether a pull request is merged whose commits were pushed to its base. */
  mergedByPush: boolean;
  /** Whether a pull request opens again without a branch, and beside a twin. */
  reopensAlways: boolean;
  /** Whether a closed pull request follows its branch. */
  closedFollow: boolean;
  /** Whether a review may be about files that did not change. */
  reviewsAnything: boolean;
  /** Whether a body that is replaced by the same words counts as edited. */
  sameBodyIsEdited: boolean;
  /** What commits that are made on the forge itself carry. */
  emailOf(login: string, id: number): string;
}

export interface HubOptions {
  root: string;
  now: () => number;
  rules: Rules;
}

type Listener = (repository: Repository, happening: Happening) => void;

/** What every forge keeps: one per server, passed to whoever needs it. */
export abstract class ForgeHub {
  readonly root: string;
  readonly now: () => number;
  readonly rules: Rules;
  readonly oauth: OauthApp;
  abstract readonly urls: WebUrls;
  readonly accounts: Account[] = [];
  readonly repositories: Repository[] = [];
  readonly #locks = new Map<Repository, ReturnType<typeof createLock>>();
  readonly #listeners: Listener[] = [];
  #lastId = 1000;

  constructor({ root, now, rules }: HubOptions) {
    this.root = root;
    this.now = now;
    this.rules = rules;
    this.oauth = new OauthApp(now);
  }

  /** Whoever listens hears of everything that is done, in the order of their coming. */
  listen(listener: Listener): void {
    this.#listeners.push(listener);
  }

  report(repository: Repository, happening: Happening): void {
    for (const listener of this.#listeners) listener(repository, happening);
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** Now, to the second, as forges write times. */
  timestamp(): string {
    return new Date(this.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  }

  addAccount(login: string, type: Account['type'], name: string | null = null): Account {
    if (this.findAccount(login)) throw new Error(`there is a ${login} already`);
    const id = this.nextId();
    const account = { id, login, type, name, email: this.rules.emailOf(login, id), createdAt: this.timestamp() };
    this.accounts.push(account);
    return account;
  }

  findAccount(login: string): Account | undefined {
    return this.accounts.find((account) => account.login.toLowerCase() === login.toLowerCase());
  }

  /** As their owner would; what is theirs stays theirs. */
  rename(login: string, newLogin: string): void {
    if (this.findAccount(newLogin)) throw new Error(`there is a ${newLogin} already`);
    const account = this.account(login);
    for (const { collaborators } of this.repositories) {
      const role = collaborators.get(login.toLowerCase());
      if (role) collaborators.delete(login.toLowerCase());
      if (role) collaborators.set(newLogin.toLowerCase(), role);
    }
    account.login = newLogin;
  }

  account(login: string): Account {
    const account = this.findAccount(login);
    if (!account) throw notFound();
    return account;
  }

  repository(fullName: string): Repository {
    const found = this.repositories.find((repository) => repository.fullName.toLowerCase() === fullName.toLowerCase());
    if (!found) throw notFound();
    return found;
  }

  /** Whatever moves a repository's refs waits its turn here, and sees what the one before it left. */
  async exclusively<T>(repository: Repository, work: () => Promise<T>): Promise<T> {
    const lock = this.#locks.get(repository) ?? createLock();
    this.#locks.set(repository, lock);
    return lock(work);
  }
}
