import type { Finding } from '../domain/finding.ts';
import type { Person, SubjectRef } from '../domain/task.ts';

/**
 * One instance of GitHub, GitHub Enterprise, Gitea or Forgejo, as Signalbox needs it.
 *
 * Every call may be made at any time, by several processes at once. Reads answer null for what does not exist or may
 * not be seen; writes to such a thing are `forge.not-found`. Writes are `ensure…`: called twice with the same key they
 * leave one thing, also when the first call's answer was lost; a write whose answer was lost is an error that can be
 * retried, and is not repeated inside the call. The adapter waits out rate limits that are short and keeps the forge's
 * own limits (body lengths, annotations a request) by cutting. On a repository that Signalbox was not given, where the
 * forge knows of such a thing, reads and writes alike are `forge.not-installed`.
 *
 * Errors: `forge.unreachable`, `forge.rate-limited`, `forge.server-error` (retryable); `forge.unauthorized` (the App's or
 * the bot's own credential is refused), `forge.not-installed`, `forge.forbidden`, `forge.not-found`, `forge.refused` (not
 * retryable; the message carries the forge's own words).
 */
export interface Forge extends PlainGit {
  /** Reads and verifies the headers and body of a webhook request. Pure, and constant in time over the signature. */
  readDelivery(headers: Headers, body: Buffer): DeliveryReading;
  /** What a recorded delivery means. Pure; never throws, whatever is in the payload. */
  translate(event: string, payload: unknown): Translation;
  /**
   * Whether the forge reaches us: where it would send webhooks, and how the last ones went. Left out where it does not
   * tell.
   */
  checkWebhook?(): Promise<{ ok: boolean; detail: string }>;
  /**
   * `unknown`: the forge does not tell, which must never be taken as a yes. `id`: the account that has to be behind the login;
   * where that belongs to somebody else by now, the answer is `none`.
   */
  permission(repository: string, login: string, id?: number): Promise<Permission>;
  subject(ref: SubjectRef): Promise<Subject | null>;
  /** Comments, review bodies and review line comments, oldest first; at most the newest `limit`. */
  conversation(ref: SubjectRef, limit: number): Promise<readonly Remark[]>;
  /** The open pull request whose head is this branch of the same repository. */
  pullRequestOf(repository: string, branch: string): Promise<PullRequest | null>;
  /** The repositories that Signalbox was given, as `owner/name`. */
  repositories(): Promise<readonly string[]>;
  /**
   * For whoever may have missed a webhook: what happened on a repository from this instant on, oldest first; comments,
   * labels put on and taken off (by name, also where a webhook does not say it), and closings. What `translate` gives a key
   * has the same one here. A comment that was changed since is left out, because it does not say any more what was said.
   * Where very much happened, not all of it is told.
   */
  happenings(repository: string, since: Date): Promise<readonly Happening[]>;
  /**
   * The labels put on a subject and taken off it from this instant on, oldest first, as the forge itself remembers. Left
   * out where webhooks always say which label they are about.
   */
  labelChanges?(ref: SubjectRef, since: Date): Promise<readonly LabelChange[]>;
  /** Makes the labels that the repository lacks, by name whatever its case, and leaves those that are there as they are. */
  ensureLabels(repository: string, labels: readonly LabelWish[]): Promise<{ readonly created: readonly string[] }>;
  /**
   * One webhook of the repository that leads to `url`, active, signed with the configured secret, and with the events that
   * `translate` knows. `updated`: it took the place of another. Left out where webhooks are not the repository's own.
   */
  ensureWebhook?(repository: string, url: string): Promise<{ readonly id: number; readonly made: 'created' | 'updated' }>;
  /**
   * Has the forge send a delivery to a webhook that leads to `url`; the repository whose webhook it was, or null where none
   * leads there. Left out with `ensureWebhook`.
   */
  sendTest?(url: string): Promise<string | null>;
  /** A reaction that says "seen". A subject or comment that is gone by then is not an error. */
  ensureSeen(target: SeenTarget): Promise<void>;
  /** `key` finds the comment again, whoever created it in whichever process; `knownId` saves the search. */
  ensureComment(ref: SubjectRef, comment: { key: string; body: string; knownId: number | null }): Promise<{ id: number; url: string }>;
  /**
   * Finds the open pull request of `head`, or opens it; title and body are then made as given, and draft where the forge
   * has drafts: the answer says what it is. Once `signal` is aborted no further write begins: with its reason where there
   * is no pull request yet, and otherwise with the one that is there as the answer.
   */
  ensurePullRequest(request: PullRequestWish, signal?: AbortSignal): Promise<PullRequest>;
  /**
   * One check per name, commit and `externalId`, with one id. A check that is completed is not reopened, and nothing of it
   * is changed. Of several with one name people see the one that began last. Where checks carry findings, those without a
   * path are left to the text; of the others the first 500 at most are shown at their lines.
   */
  ensureCheck(check: CheckWish): Promise<{ id: number }>;
  /**
   * Findings at their lines, in one review for a key, which is not changed any more. Those at no line of the change are left
   * to the body; of the others as many as are configured stand at theirs, and the rest are counted. Of two processes that
   * ask at once, both may put their lines into it. Left out where checks carry findings.
   */
  ensureReview?(review: ReviewWish): Promise<{ readonly id: number }>;
  /** People prove by it who they are here. Left out where no OAuth application of the forge is configured. */
  readonly signIn?: SignIn;
  /** The page of a subject, a commit or a branch, for links. */
  webUrl(repository: string, path: { number: number } | { commit: string } | { branch: string }): string;
}

/** What every forge has, and all there is where repositories are nothing but git. The errors are those of `Forge`. */
export interface PlainGit {
  /** As in SubjectRef.forge. */
  readonly name: string;
  /**
   * What somebody means who writes a repository's name, its address, or that of an issue or pull request. null: nothing of
   * this forge; a text says why it is not taken. Pure.
   */
  locate(text: string): Located | string | null;
  /** Asks for something small with the configured credential, where there is somebody to ask. */
  check(signal?: AbortSignal): Promise<{ ok: boolean; detail: string }>;
  /** The account that Signalbox acts as. */
  identity(): Promise<BotIdentity>;
  repository(repository: string): Promise<{ defaultBranch: string; private: boolean } | null>;
  /** What git needs to fetch from and push to the repository, valid for at least ten minutes. */
  gitAccess(repository: string): Promise<GitAccess>;
  /** Its credentials of this moment. Left out where those of the settings are all. */
  secrets?(): Promise<readonly string[]>;
}

/** A forge, or plain git: that has none of what only a forge does, and the result of work there is a pushed branch. */
export type AnyForge = PlainGit & Partial<Forge>;

export interface Located {
  /** As in SubjectRef. */
  readonly repository: string;
  /** Of the issue or pull request; null where none was meant. */
  readonly number: number | null;
}

export type Permission = 'admin' | 'maintain' | 'write' | 'triage' | 'read' | 'none' | 'unknown';

export function mayWrite(permission: Permission): boolean {
  return permission === 'write' || permission === 'maintain' || permission === 'admin';
}

/** The authorization code grant of OAuth 2, with PKCE (S256): https://www.rfc-editor.org/rfc/rfc7636 */
export interface SignIn {
  /** As people call this kind of forge: `GitHub`. */
  readonly title: string;
  /** Where a browser is sent, so that its owner agrees there. `challenge` is that of the verifier. Pure. */
  address(request: { readonly state: string; readonly challenge: string; readonly redirectUri: string }): string;
  /**
   * Whose code this is. What the forge grants for it is used to ask who they are, once, and kept nowhere.
   *
   * Errors: `forge.refused` for a code that is unknown, used, too old, or another browser's; `forge.unauthorized` for the
   * application's own credential; those of an outage.
   */
  person(grant: { readonly code: string; readonly verifier: string; readonly redirectUri: string }, signal?: AbortSignal): Promise<Person>;
}

export interface BotIdentity extends Person {
  /** For commits. */
  readonly name: string;
  readonly email: string;
}

export type DeliveryReading =
  | { readonly ok: true; readonly id: string; readonly event: string; readonly payload: unknown }
  /** 401: the signature is missing or wrong. 400: the headers or the body are not a delivery. */
  | { readonly ok: false; readonly status: 400 | 401; readonly code: string; readonly message: string };

export interface Sender extends Person {
  readonly isBot: boolean;
}

interface SubjectEvent {
  readonly subject: SubjectRef;
  readonly subjectKind: 'issue' | 'pull';
  readonly sender: Sender;
  /** By the forge's clock, to the second at least; null where it does not tell. */
  readonly at: Date | null;
}

export type ForgeEvent =
  | (SubjectEvent & { readonly kind: 'label-added' | 'label-removed'; readonly label: string })
  /** For forges that say that labels changed. null: not even which ones; see `labelChanges`. */
  | (SubjectEvent & {
      readonly kind: 'labels-changed';
      readonly added: readonly string[] | null;
      readonly removed: readonly string[] | null;
    })
  | (SubjectEvent & { readonly kind: 'commented'; readonly commentId: number; readonly body: string })
  | (SubjectEvent & { readonly kind: 'closed' })
  | (SubjectEvent & { readonly kind: 'changes-requested'; readonly body: string })
  | {
      readonly kind: 'check-rerequested';
      readonly forge: string;
      readonly repository: string;
      readonly headSha: string;
      /** The `externalId` that ensureCheck was given; null for a whole suite. */
      readonly externalId: string | null;
      readonly sender: Sender;
    };

/**
 * `key` tells the happening apart from all others of the forge, also when it is delivered again under a new id, or found
 * without a delivery: `comment/812`. null where only the delivery's id does.
 */
export type Translation = Happening | { readonly ignored: string };

export interface Happening {
  readonly key: string | null;
  readonly event: ForgeEvent;
}

export interface LabelChange {
  readonly label: string;
  readonly change: 'added' | 'removed';
  readonly by: Sender;
  readonly at: Date;
}

export interface LabelWish {
  readonly name: string;
  /** Six hexadecimal digits. */
  readonly color: string;
  readonly description: string;
}

export interface Subject {
  readonly ref: SubjectRef;
  readonly kind: 'issue' | 'pull';
  readonly title: string;
  readonly body: string;
  readonly author: Person;
  readonly open: boolean;
  readonly labels: readonly string[];
  readonly pull: PullRequest | null;
}

export interface PullRequest {
  readonly number: number;
  readonly url: string;
  readonly head: { readonly branch: string; readonly sha: string; /** false for a fork's branch. */ readonly sameRepository: boolean };
  readonly baseBranch: string;
  readonly draft: boolean;
  readonly open: boolean;
}

/** Something a person wrote on a subject. */
export interface Remark {
  readonly kind: 'comment' | 'review' | 'line-comment';
  readonly id: number;
  readonly author: Sender;
  readonly body: string;
  readonly path: string | null;
  readonly line: number | null;
  readonly createdAt: Date;
  /** After this instant the words are not those that were there when the command was given. */
  readonly updatedAt: Date;
}

export type SeenTarget =
  | { readonly kind: 'subject'; readonly subject: SubjectRef }
  | { readonly kind: 'comment'; readonly subject: SubjectRef; readonly commentId: number };

export interface PullRequestWish {
  readonly repository: string;
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  readonly draft: boolean;
}

export interface CheckWish {
  readonly repository: string;
  readonly sha: string;
  /** As people see it in the list of checks: `signalbox/typecheck`. */
  readonly name: string;
  readonly externalId: string;
  readonly knownId: number | null;
  readonly status: 'queued' | 'in-progress' | 'completed';
  /** Only with `completed`. */
  readonly conclusion: 'success' | 'failure' | 'neutral' | 'cancelled' | 'timed-out' | null;
  readonly title: string;
  /** Markdown. */
  readonly summary: string;
  /** Markdown; null for none. */
  readonly text: string | null;
  readonly annotations: readonly Finding[];
  readonly detailsUrl: string | null;
}

export interface ReviewWish {
  readonly repository: string;
  readonly number: number;
  readonly sha: string;
  readonly key: string;
  /** Markdown. */
  readonly body: string;
  readonly findings: readonly Finding[];
}

export interface GitAccess {
  /** Without any credential in it. */
  readonly url: string;
  /** The value of an Authorization header: for the environment of one git process, and nowhere else. */
  readonly authorization: string;
}
