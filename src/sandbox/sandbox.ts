/**
 * Where commands of the agent and of the repository run: never on the host, never with a credential.
 *
 * Call order: `check`, `list`, `remove` and `sweep` at any time; `create` → any number of `exec` and `freeze`, also at
 * once → `[Symbol.asyncDispose]`. Disposing is idempotent, ends whatever still runs, and returns only when the engine
 * confirms that nothing is left: it is the evidence of a kill. `create` that fails leaves nothing behind; when it was
 * aborted, or the engine went away, what may still come into being is removed in the background, and by `remove` and
 * `sweep`. Aborting the signal that it was made with removes a sandbox at once, with all that runs in it: its commands are
 * not ended one after another first. Aborting the signal given to any call ends that call at once with the signal's reason; after an aborted
 * `exec`, or one that passed its timeout, its processes are gone. What it had left in the background by then goes with
 * it, and in a container that may include what earlier commands left there.
 *
 * Every call ends, whatever the engine does: one that is away or hangs is an error within seconds (of what was aborted
 * too, where the abort could not be confirmed), and nothing is taken to be gone because nobody answers.
 *
 * Errors: `sandbox.engine-unreachable` (retryable), `sandbox.image-missing`, `sandbox.start-failed`, `sandbox.gone`
 * (the sandbox died under a call, or the engine did; retryable), `sandbox.not-removed` (it could not be confirmed that
 * all is gone; retryable: dispose or remove again). A command that fails is an exit code, not an error; one that cannot
 * be started is 126 or 127.
 */
export interface SandboxEngine {
  /** `docker`, `process`, … as shown in health and in the status comment. */
  readonly kind: string;
  /** Whether a sandbox could be made now; the sentence says what is missing and how to get it. */
  check(): Promise<{ ok: boolean; detail: string }>;
  create(spec: SandboxSpec, signal: AbortSignal): Promise<Sandbox>;
  /** What there is of this instance, whoever made it, in whatever state, as the engine tells it. */
  list(): Promise<ListedSandbox[]>;
  /**
   * Removes every sandbox of the agent, whoever made it: another process, or this one, whose calls on it then find it
   * gone. Returns how many there were, and only when the engine confirms that none is left; none is fine. Removing the
   * same ones twice at once is fine too. What another process is just making is met when it calls this after its own
   * `create` was aborted, or by a later call.
   */
  remove(agentId: string, signal?: AbortSignal): Promise<number>;
  /**
   * As `remove`, of every agent that is not in `keep`. Where agents may begin meanwhile `keep` is a function, which is
   * asked when it is known what there is: an agent that exists before its first sandbox does is then not swept.
   */
  sweep(keep: ReadonlySet<string> | (() => Promise<ReadonlySet<string>>)): Promise<number>;
}

export interface ListedSandbox {
  readonly agentId: string;
  readonly id: string;
}

export interface SandboxSpec {
  /** The agent it belongs to; kept as a label, so that a crash leaves nothing without an owner. */
  readonly agentId: string;
  /** `agent`, `setup` or `gates`: for names and labels only. */
  readonly role: string;
  /** Absolute host folder that becomes WORKSPACE_ROOT, read and write, the sandbox's only writable place but /tmp. */
  readonly hostFolder: string;
  readonly network: 'none' | 'bridge';
  readonly limits: SandboxLimits;
}

export interface SandboxLimits {
  readonly memoryMb: number;
  readonly cpus: number;
  readonly processes: number;
  readonly tmpMb: number;
}

export interface Sandbox extends AsyncDisposable {
  readonly id: string;
  /** The folder that `hostFolder` appears as to the commands inside: `/workspace` in a container. */
  readonly root: string;
  exec(command: SandboxCommand, signal: AbortSignal): Promise<ExecResult>;
  /**
   * From when this returns until that is disposed nothing inside runs, so that the folder can be read as it stands. What
   * was running goes on afterwards; a command given meanwhile starts then. Freezing what is frozen is fine: it lasts until
   * the last one is disposed. Disposing, `remove` and `sweep` do not wait for it. A command that is aborted or passes its
   * timeout meanwhile is ended at once; in a container all commands are, as `sandbox.gone`. Disposing it rejects with
   * `sandbox.gone` when it did not last until then (the engine was restarted, the sandbox was removed): what was read is
   * worth nothing. The process engine does its best: what it cannot find, it cannot stop.
   */
  freeze(signal: AbortSignal): Promise<AsyncDisposable>;
}

export interface SandboxCommand {
  /** Never a shell line: pass `['bash', '-c', line]` where a shell is wanted. */
  readonly argv: readonly string[];
  /** Relative to `root`; the root itself when left out. */
  readonly cwd?: string;
  /** Added to the sandbox's own clean environment (PATH, HOME, LANG, CI=true …). */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string | Buffer;
  readonly timeoutMs: number;
  /** Bytes of output kept; half from the start, half from the end. The command goes on when it is passed. */
  readonly maxOutputBytes: number;
  /** Called with decoded pieces as they come, in order. */
  readonly onOutput?: (text: string) => void;
}

export interface ExecResult {
  /** null when the command was ended by its timeout. 128 + n when a signal n ended it. */
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  /** stdout only. */
  readonly stdout: string;
  /** stdout and stderr, in the order in which they came, with a line in the middle that says what was cut. */
  readonly output: string;
  readonly truncated: boolean;
  readonly durationMs: number;
}
