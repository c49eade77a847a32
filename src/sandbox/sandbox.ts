/**
 * Where commands of the agent and of the repository run: never on the host, never with a credential.
 *
 * Call order: `check` at any time; `create` → any number of `exec`, also at once → `[Symbol.asyncDispose]`. Disposing
 * is idempotent, ends whatever still runs, and returns only when the engine confirms that nothing is left. `create`
 * that fails leaves nothing behind. Aborting the signal given to `create` or `exec` ends that call at once with the
 * signal's reason; after an aborted `exec`, or one that passed its timeout, its processes are gone. What it had left in
 * the background by then goes with it, and in a container that may include what earlier commands left there.
 *
 * Errors: `sandbox.engine-unreachable` (retryable), `sandbox.image-missing`, `sandbox.start-failed`, `sandbox.gone`
 * (the sandbox died under a call; retryable), `sandbox.not-removed` (disposing could not be confirmed; retryable). A
 * command that fails is an exit code, not an error; one that cannot be started is 126 or 127.
 */
export interface SandboxEngine {
  /** `docker`, `process`, … as shown in health and in the status comment. */
  readonly kind: string;
  /** Whether a sandbox could be made now; the sentence says what is missing and how to get it. */
  check(): Promise<{ ok: boolean; detail: string }>;
  create(spec: SandboxSpec, signal: AbortSignal): Promise<Sandbox>;
  /** Removes every sandbox of this instance whose agent is not in `keep`. Returns how many were removed. */
  sweep(keep: ReadonlySet<string>): Promise<number>;
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
