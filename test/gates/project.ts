import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { resolveProfile } from '../../gates/profiles.ts';
import type { ResolvedGate } from '../../gates/profiles.ts';
import { runGates } from '../../gates/run-gates.ts';
import { RepositorySettings } from '../../src/domain/repository-settings.ts';
import type { GateResult } from '../../src/domain/finding.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { createSandboxEngine } from '../../src/sandbox/index.ts';
import { baseFiles } from './base-files.ts';

type Files = Readonly<Record<string, string>>;

export interface RunOptions {
  readonly base: Files;
  /** What the branch has differently; null: removed. */
  readonly branch?: Readonly<Record<string, string | null>>;
  readonly settings?: object;
  readonly gates?: (settings: RepositorySettings) => readonly ResolvedGate[];
  readonly profile?: 'minimal' | 'standard' | 'strict' | 'custom';
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly onChange?: (result: GateResult) => Promise<void> | void;
}

/** A checkout in a folder of its own, in a real process sandbox. */
export class Project implements AsyncDisposable {
  readonly folder: string;
  readonly repo: string;
  readonly sandbox: Sandbox;

  private constructor(folder: string, sandbox: Sandbox) {
    this.folder = folder;
    this.repo = join(folder, 'repo');
    this.sandbox = sandbox;
  }

  static async create(): Promise<Project> {
    const folder = await mkdtemp(join(tmpdir(), 'signalbox-gates-'));
    await mkdir(join(folder, 'repo'));
    const engine = createSandboxEngine({ kind: 'process', instanceId: 'gates-test', path: '/usr/local/bin:/usr/bin:/bin' });
    const limits = { memoryMb: 512, cpus: 1, processes: 128, tmpMb: 64 };
    const spec = { agentId: folder, role: 'gates', hostFolder: folder, network: 'none' as const, limits };
    return new Project(folder, await engine.create(spec, new AbortController().signal));
  }

  async write(files: Readonly<Record<string, string | null>>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      const full = join(this.repo, path);
      if (text === null) await rm(full, { recursive: true, force: true });
      else {
        await mkdir(dirname(full), { recursive: true });
        await writeFile(full, text);
      }
    }
  }

  async run(options: RunOptions): Promise<GateResult[]> {
    await this.write({ ...options.base, ...options.branch });
    return this.judge(options);
  }

  /** As `run`, on the checkout as it is. */
  judge(options: RunOptions): Promise<GateResult[]> {
    const settings = RepositorySettings.parse(options.settings ?? {});
    return runGates({
      gates: options.gates?.(settings) ?? resolveProfile(options.profile ?? 'minimal', settings),
      sandbox: this.sandbox,
      base: baseFiles(options.base),
      settings,
      timeoutMs: options.timeoutMs ?? 60_000,
      signal: options.signal ?? new AbortController().signal,
      onChange: options.onChange ?? (() => {}),
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.sandbox[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}
