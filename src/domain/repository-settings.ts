import { parse } from 'yaml';
import { z } from 'zod';
import { AGENT_TYPES, GATE_PROFILES } from './task.ts';

const CustomGate = z.strictObject({
  run: z.string().min(1).describe('shell line, run at the root of the repository'),
  format: z
    .enum(['auto', 'tsc', 'eslint-json', 'vitest-json', 'jest-json', 'pytest', 'junit', 'go-test-json', 'cargo-json', 'plain'])
    .default('auto'),
  report: z.string().optional().describe('file that the command writes, when the findings are not on its standard output'),
  required: z.boolean().default(true),
  timeoutSeconds: z.number().int().min(1).max(7200).optional(),
});

/**
 * `.signalbox.yml` at the root of a repository, always read from the base branch. Every key may be left out. The
 * limits may only lower what the operator allows.
 */
export const RepositorySettings = z.strictObject({
  profile: z.enum(GATE_PROFILES).default('standard'),
  agent: z.enum(AGENT_TYPES).default('worker'),
  /** Shell line that installs the dependencies, in place of what the lock file says; false: none is needed. */
  setup: z.union([z.string().min(1), z.literal(false)]).optional(),
  /** Gate name → command. Known names replace what would be found; others join the `custom` profile. */
  gates: z.record(z.string().regex(/^[a-z][a-z0-9-]{0,40}$/), z.union([z.string().min(1), CustomGate])).default({}),
  coverage: z.strictObject({ lines: z.number().min(0).max(100).default(85) }).default({ lines: 85 }),
  /** Globs that no agent may change, beside the built-in ones. */
  protected: z.array(z.string()).default([]),
  limits: z
    .strictObject({
      turns: z.number().int().min(1).optional(),
      tokens: z.number().int().min(1000).optional(),
      costUsd: z.number().min(0).optional(),
      wallSeconds: z.number().int().min(10).optional(),
      gateRounds: z.number().int().min(0).max(10).optional(),
    })
    .default({}),
  sandbox: z
    .strictObject({
      memoryMb: z.number().int().min(64).optional(),
      cpus: z.number().min(0.1).optional(),
    })
    .default({}),
});
export type RepositorySettings = z.infer<typeof RepositorySettings>;

export const SETTINGS_FILE = '.signalbox.yml';

/** What steers the judges and the bot itself; an agent's change that touches one of these is not published. */
export const ALWAYS_PROTECTED: readonly string[] = [
  SETTINGS_FILE,
  '.github/workflows/**',
  '.github/CODEOWNERS',
  'CODEOWNERS',
  '.gitea/workflows/**',
  '.forgejo/workflows/**',
  '.gitmodules',
  // The gates’ own tools are installed here; a committed one would come before them.
  '**/node_modules/**',
  '**/.venv/**',
];

/**
 * Reads `.signalbox.yml`. No file gives the defaults; a faulty one gives sentences that name the key and what is wrong,
 * and no settings, because guessing what a person meant to forbid is worse than stopping.
 */
export function parseRepositorySettings(text: string | null): { settings: RepositorySettings } | { problems: string[] } {
  if (text === null || text.trim() === '') return { settings: RepositorySettings.parse({}) };
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    return { problems: [`not valid YAML: ${(error as Error).message.split('\n')[0]}`] };
  }
  const parsed = RepositorySettings.safeParse(document ?? {});
  if (parsed.success) return { settings: parsed.data };
  return { problems: parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`) };
}
