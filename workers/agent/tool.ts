import { z } from 'zod';
import type { ToolDefinition } from '../../src/model/model.ts';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';

/** The repository's folder inside the sandbox's root. */
export const REPOSITORY_FOLDER = 'repo';

/** What a tool's result may hold at most, in bytes or characters. */
export const MAX_RESULT = 30_000;

export interface ToolContext {
  readonly sandbox: Sandbox;
  /** The most that the call may take: what is left of the agent's wall time. */
  readonly maxMs: number;
  readonly signal: AbortSignal;
  readonly onOutput?: ((text: string) => void) | undefined;
}

export interface ToolResult {
  readonly text: string;
  /** The call could not be carried out. A command that ran and failed is not an error. */
  readonly isError: boolean;
}

/**
 * Something that the agent may ask for. `call` parses what the model sent; input that does not fit is a result which
 * says so, never a thrown error. What it throws is an abort or a fault of the sandbox.
 */
export interface Tool {
  readonly definition: ToolDefinition;
  call(input: unknown, context: ToolContext): Promise<ToolResult>;
  /** The call in a few words, for people who watch. */
  describe(input: unknown): string;
}

export function defineTool<Input>(tool: {
  name: string;
  description: string;
  builtin?: ToolDefinition['builtin'];
  input: z.ZodType<Input>;
  describe: (input: Input) => string;
  run: (input: Input, context: ToolContext) => Promise<ToolResult>;
}): Tool {
  const { name, description, builtin } = tool;
  const inputSchema = { ...z.toJSONSchema(tool.input, { io: 'input' }), type: 'object' } as const;
  return {
    definition: { name, description, inputSchema, ...(builtin ? { builtin } : {}) },
    async call(input, context) {
      const parsed = tool.input.safeParse(input);
      return parsed.success ? tool.run(parsed.data, context) : refusal(`The input does not fit: ${problemsOf(parsed.error)}.`);
    },
    describe(input) {
      const parsed = tool.input.safeParse(input);
      return parsed.success ? tool.describe(parsed.data).slice(0, 200) : 'an input that does not fit';
    },
  };
}

export function refusal(text: string): ToolResult {
  return { text, isError: true };
}

function problemsOf(error: z.ZodError): string {
  return error.issues.map((issue) => (issue.path.length > 0 ? `${issue.path.join('.')}: ${issue.message}` : issue.message)).join('; ');
}
