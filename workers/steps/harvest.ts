import { SignalboxError } from '../../src/errors.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { isOperator, type Person } from '../../src/domain/task.ts';
import { collect, type Collected } from '../../src/git/collect.ts';
import { commitTree } from '../../src/git/commit.ts';
import { conflictsBetween, rebaseTree } from '../../src/git/conflict.ts';
import { branchHead, ensureMirror } from '../../src/git/mirror.ts';
import { checkPaths } from '../../src/git/path-rules.ts';
import { listFilesAt } from '../../src/git/read-commit.ts';
import { scanForSecrets } from '../../src/git/secret-scan.ts';
import type { Workspace } from '../../src/git/workspace.ts';
import type { Hold } from '../hold.ts';
import type { Plan } from '../plan.ts';
import type { WorkerServices } from '../services.ts';
import { tryAgain } from '../try-again.ts';

/** What the agent says of its work; for work that was cut short, what we say of it. */
export interface Wording {
  readonly title: string;
  readonly summary: string;
}

export type Harvest =
  | {
      readonly kind: 'commit';
      readonly commit: string;
      readonly parent: string;
      readonly conflict: readonly string[];
      readonly leftOut: LeftOutWords;
    }
  | { readonly kind: 'no-change'; readonly leftOut: LeftOutWords }
  /** Somebody else has brought all of it meanwhile. */
  | { readonly kind: 'contained' }
  /** The change touches what no agent may; it can be told to put that back. */
  | { readonly kind: 'forbidden'; readonly message: string };

/** A sentence about what the agent made and no commit can hold; null when there is no such thing. */
type LeftOutWords = string | null;

const SHOWN = 10;

/**
 * Reads what the agent made and turns it into a commit that may be published, on top of where its branch is now. The
 * sandbox is gone by then. A secret in it, or in the agent's words, ends the task before any of it is repeated to anybody:
 * nothing leaves this machine.
 *
 * Errors: `secret.found`.
 */
export async function harvest(services: WorkerServices, hold: Hold, plan: Plan, workspace: Workspace, wording: Wording): Promise<Harvest> {
  const { git } = services;
  const { signal } = hold;
  await hold.step('reading what the agent made');
  const collected = await collect(git, workspace, undefined, signal);
  await refuseSecrets(services, plan, collected, wording, signal);
  const leftOut = leftOutOf(collected);
  if (!collected.treeChanged) return { kind: 'no-change', leftOut };
  const forbidden = await forbiddenIn(services, plan, collected, signal);
  if (forbidden) return { kind: 'forbidden', message: forbidden };

  await hold.step('looking for conflicts');
  const onto = await currentParent(services, hold, plan);
  const rebase = await rebaseTree(git, plan.mirror, { startPoint: plan.startPoint, tree: collected.tree, onto }, signal);
  if (rebase.state === 'contained') return { kind: 'contained' };
  const applies = rebase.state !== 'conflict';
  const parent = applies ? onto : plan.startPoint;
  const commit = await commitTree(
    git,
    plan.mirror,
    {
      tree: applies ? rebase.tree : collected.tree,
      parent,
      title: wording.title,
      summary: wording.summary,
      bot: plan.bot,
      coAuthor: coAuthorOf(hold.task.requestedBy, plan),
      date: hold.task.createdAt,
    },
    signal,
  );
  return {
    kind: 'commit',
    commit,
    parent,
    conflict: applies ? await conflictWithBase(services, plan, commit, signal) : rebase.paths,
    leftOut,
  };
}

function coAuthorOf(person: Person, plan: Plan) {
  return isOperator(person) ? null : { name: person.login, email: `${person.id}+${person.login}@${emailHost(plan)}` };
}

/** Where the branch, or for a new one its base, is on the forge at this moment. */
async function currentParent(services: WorkerServices, { task, signal }: Hold, plan: Plan): Promise<string> {
  const { forge, repository } = task.subject;
  const access = await plan.forge.gitAccess(repository);
  await tryAgain({ signal, log: services.log }, () =>
    ensureMirror(services.git, { dataDir: services.dataDir, forge, repository }, access, { signal }),
  );
  const branch = plan.branchHead === null ? plan.base.branch : plan.branch;
  return (await branchHead(services.git, plan.mirror, branch, signal)) ?? plan.startPoint;
}

/** A branch that is gone on with stays where it began, and its base may have moved since. */
async function conflictWithBase({ git }: WorkerServices, plan: Plan, commit: string, signal: AbortSignal): Promise<readonly string[]> {
  const base = plan.branchHead === null ? null : await branchHead(git, plan.mirror, plan.base.branch, signal);
  return base === null ? [] : conflictsBetween(git, plan.mirror, commit, base, signal);
}

async function forbiddenIn(services: WorkerServices, plan: Plan, collected: Collected, signal: AbortSignal): Promise<string | null> {
  const paths = await listFilesAt(services.git, plan.mirror, collected.tree, signal);
  const violations = checkPaths(collected.files, plan.settings.protected, paths).map(
    ({ path, message }) => `${JSON.stringify(path)}: ${message}`,
  );
  const blocked = collected.leftOut
    .filter((left) => left.blocks)
    .map((left) => `${JSON.stringify(left.path)}: cannot be published (${left.reason}).`);
  const all = [...violations, ...blocked];
  return all.length === 0 ? null : shorten(all).join('\n');
}

function leftOutOf({ leftOut }: Collected): LeftOutWords {
  const paths = leftOut.filter(({ blocks }) => !blocks).map(({ path }) => JSON.stringify(path));
  return paths.length === 0 ? null : `Left out, because it is a git repository of its own: ${shorten(paths).join(', ')}.`;
}

async function refuseSecrets(
  services: WorkerServices,
  plan: Plan,
  collected: Collected,
  wording: Wording,
  signal: AbortSignal,
): Promise<void> {
  const findings = await scanForSecrets(
    services.git,
    {
      mirror: plan.mirror,
      from: plan.startPoint,
      to: collected.tree,
      files: collected.files,
      texts: { title: wording.title, summary: wording.summary, 'name of a file': collected.leftOut.map(({ path }) => path).join('\n') },
      forbidden: await services.ownSecrets(),
    },
    signal,
  );
  if (findings.length === 0) return;
  const places = shorten(findings.map(placeOf));
  throw new SignalboxError('secret.found', `The change holds what looks like a secret, so nothing was pushed. ${places.join('; ')}`, {
    nextStep: 'If it is a real one, see how it got there and replace it. Then `/agent retry`, with a word on what to leave out.',
  });
}

/** The file, the line and the rule; never the secret. */
function placeOf({ path, line, rule, message }: Finding): string {
  return `${path === null ? message : `\`${path}\`${line === null ? '' : `, line ${line}`}`} (${rule ?? 'secret'})`;
}

function shorten(lines: readonly string[]): string[] {
  return lines.length <= SHOWN ? [...lines] : [...lines.slice(0, SHOWN), `and ${lines.length - SHOWN} more`];
}

function emailHost({ bot }: Plan): string {
  return bot.email.split('@')[1] ?? 'localhost';
}
