import { rm } from 'node:fs/promises';
import type { NewRepository } from './behaviour/repositories.ts';
import type { Person } from './driver/person.ts';
import type { RepositoryTruth } from './driver/truth.ts';
import type { OauthApp } from './oauth/app.ts';
import type { FaultRule } from './server/faults.ts';
import type { ForgeHub } from './server/hub.ts';
import type { Listening } from './server/listen.ts';
import type { Account } from './server/model.ts';
import type { LoggedRequest } from './server/request-log.ts';
import type { Traffic } from './server/traffic.ts';
import type { Delivery, Outbox, WebhookTarget } from './webhooks/outbox.ts';

interface Parts<P> {
  hub: ForgeHub;
  outbox: Outbox<Delivery>;
  traffic: Traffic;
  violations: string[];
  server: Listening;
  /** A new personal access token each time. */
  newPerson: (account: Account) => P;
}

/** A stand-in forge from the inside: what tests and the demo set up, do and look at, whichever forge it is. */
export abstract class StandIn<P extends Person> implements AsyncDisposable {
  /** Of the API, the pages and git. */
  readonly url: string;
  /** Every request from outside, in order; what `as(…)` does is not among them. */
  readonly requests: LoggedRequest[];
  /** What the forge's own description does not know, of all that was said so far. */
  readonly violations: string[];
  readonly #parts: Parts<P>;
  readonly #people = new Map<Account, P>();

  /** The login of the account that the program acts as. */
  abstract readonly botLogin: string;

  constructor(parts: Parts<P>) {
    this.#parts = parts;
    this.url = parts.hub.urls.base;
    this.requests = parts.traffic.requests;
    this.violations = parts.violations;
  }

  /** One that the program may use. Its owner is made an organization where nobody has that name. */
  abstract addRepository(fullName: string, options?: NewRepository): Promise<RepositoryTruth>;

  abstract repository(fullName: string): RepositoryTruth;

  /** From now on webhooks go here. */
  abstract deliverTo(target: WebhookTarget): void;

  /** Sends the bytes of a delivery again, in the forge's own way. */
  abstract redeliver(guid: string): void;

  addUser(login: string, name?: string): P {
    return this.#person(this.#parts.hub.addAccount(login, 'User', name ?? null));
  }

  addBot(login: string): P {
    return this.#person(this.#parts.hub.addAccount(login, 'Bot'));
  }

  /** From now on somebody has another login, and the one that they had is free. */
  rename(login: string, newLogin: string): void {
    this.#parts.hub.rename(login, newLogin);
  }

  /** The application by which people sign in elsewhere with their account here. */
  get oauth(): OauthApp {
    return this.#parts.hub.oauth;
  }

  /** Someone who is there already. */
  as(login: string): P {
    return this.#person(this.#parts.hub.account(login));
  }

  /** Every webhook so far, with each attempt to deliver it. */
  get deliveries(): readonly Delivery[] {
    return this.#parts.outbox.list;
  }

  holdDeliveries(): void {
    this.#parts.outbox.hold();
  }

  releaseDeliveries(): void {
    this.#parts.outbox.release();
  }

  /** Until every webhook that may be sent has been answered. */
  async settled(): Promise<void> {
    await this.#parts.outbox.settled();
  }

  /** Makes requests from outside go wrong, REST and git alike. */
  fail(rule: FaultRule): { cancel(): void } {
    return this.#parts.traffic.faults.add(rule);
  }

  /** Throws where anything was said that the forge's own description does not know. */
  assertConformant(): void {
    if (this.violations.length === 0) return;
    throw new Error(
      `${this.violations.length} violations of the forge's own description:\n${this.violations.map((line) => `  - ${line}`).join('\n')}`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.outbox.close();
    await this.#parts.server[Symbol.asyncDispose]();
    await rm(this.#parts.hub.root, { recursive: true, force: true, maxRetries: 3 });
  }

  /** The owner of a repository that is to be made: an organization where nobody has that name. */
  protected ownerOf(fullName: string): Account {
    const [login = ''] = fullName.split('/');
    return this.#parts.hub.findAccount(login) ?? this.#parts.hub.addAccount(login, 'Organization');
  }

  #person(account: Account): P {
    const there = this.#people.get(account);
    if (there) return there;
    const person = this.#parts.newPerson(account);
    this.#people.set(account, person);
    return person;
  }
}
