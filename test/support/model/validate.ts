import { type Block, MessagesRequest, blocksOf } from './messages-schema.ts';
import { isOwnSignature } from './signature.ts';

export interface Refusal {
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

/** The most cache marks that one request may carry. */
const MAX_CACHE_MARKS = 4;

export function refuseHeaders(headers: Headers, apiKey: string): Refusal | null {
  const given = headers.get('x-api-key') ?? headers.get('authorization')?.replace(/^Bearer /i, '');
  if (!given) return { status: 401, type: 'authentication_error', message: 'x-api-key header is required' };
  if (given !== apiKey) return { status: 401, type: 'authentication_error', message: 'invalid x-api-key' };
  if (!headers.has('anthropic-version')) return invalid('anthropic-version: header is required');
  return null;
}

/** Refuses what the real service refuses, with its kind of error, so that a fault in a request shows in a test. */
export function readRequest(text: string): { request: MessagesRequest } | { refusal: Refusal } {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { refusal: invalid('The request body is not valid JSON') };
  }
  if (hasLoneSurrogate(body)) return { refusal: invalid('The request body is not valid JSON: no low surrogate in string') };
  const parsed = MessagesRequest.safeParse(body);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return { refusal: invalid(`${issue?.path.join('.')}: ${issue?.message}`) };
  }
  const fault = faultOf(parsed.data);
  if (fault !== null) return { refusal: invalid(fault) };
  if (!parsed.data.model.startsWith('claude-'))
    return { refusal: { status: 404, type: 'not_found_error', message: `model: ${parsed.data.model}` } };
  return { request: parsed.data };
}

function faultOf(request: MessagesRequest): string | null {
  if (request.messages[0]?.role !== 'user') return 'messages: first message must use the "user" role';
  const names = (request.tools ?? []).map((tool) => tool.name);
  if (new Set(names).size !== names.length) return 'tools: Tool names must be unique.';
  return cacheFault(request) ?? request.messages.map((_, index) => messageFault(request, index)).find((fault) => fault !== null) ?? null;
}

function messageFault(request: MessagesRequest, index: number): string | null {
  const message = request.messages[index]!;
  const blocks = blocksOf(message);
  const at = `messages.${index}`;
  if (blocks.length === 0 && index < request.messages.length - 1)
    return `${at}: all messages must have non-empty content except for the optional final assistant message`;
  if (blocks.some((block) => block.type === 'text' && block.text.trim() === ''))
    return `${at}: text content blocks must contain non-whitespace text`;
  if (message.role === 'user') return userFault(request, index, blocks, at);
  return assistantFault(request, index, blocks, at);
}

function userFault(request: MessagesRequest, index: number, blocks: Block[], at: string): string | null {
  if (blocks.some((block) => block.type === 'tool_use' || block.type === 'thinking'))
    return `${at}: tool_use and thinking blocks can only be in assistant messages`;
  const before = request.messages[index - 1];
  const asked = before?.role === 'assistant' ? toolUseIds(blocksOf(before)) : [];
  const answered = blocks.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : []));
  const stray = answered.find((id) => !asked.includes(id));
  if (stray !== undefined)
    return `${at}: unexpected tool_use_id found in tool_result blocks: ${stray}. Each tool_result block must have a corresponding tool_use block in the previous message.`;
  if (new Set(answered).size !== answered.length) return `${at}: each tool_use must have a single result`;
  const firstOther = blocks.findIndex((block) => block.type !== 'tool_result');
  const lateResult = blocks.findLastIndex((block) => block.type === 'tool_result');
  if (firstOther !== -1 && lateResult > firstOther) return `${at}: tool_result blocks must come first in the content`;
  return null;
}

function assistantFault(request: MessagesRequest, index: number, blocks: Block[], at: string): string | null {
  if (blocks.some((block) => block.type === 'tool_result')) return `${at}: tool_result blocks can only be in user messages`;
  const forged = blocks.find((block) => block.type === 'thinking' && !isOwnSignature(block.thinking, block.signature));
  if (forged) return `${at}: Invalid signature in thinking block`;
  const asked = toolUseIds(blocks);
  const after = request.messages[index + 1];
  const answered = after ? blocksOf(after).flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : [])) : [];
  const open = asked.filter((id) => !answered.includes(id));
  if (open.length > 0) return `${at}: tool_use ids were found without tool_result blocks immediately after: ${open.join(', ')}`;
  if (index === request.messages.length - 1)
    return 'This model does not support assistant message prefill. The conversation must end with a user message.';
  return null;
}

function cacheFault(request: MessagesRequest): string | null {
  const system = typeof request.system === 'string' ? [] : (request.system ?? []);
  const marked = [...system, ...(request.tools ?? []), ...request.messages.flatMap(blocksOf)].filter(
    (block) => 'cache_control' in block && block.cache_control,
  );
  return marked.length > MAX_CACHE_MARKS
    ? `A maximum of ${MAX_CACHE_MARKS} blocks with cache_control may be provided. Found ${marked.length}.`
    : null;
}

function toolUseIds(blocks: Block[]): string[] {
  return blocks.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []));
}

function hasLoneSurrogate(value: unknown): boolean {
  if (typeof value === 'string') return !value.isWellFormed();
  if (value === null || typeof value !== 'object') return false;
  return Object.entries(value).some(([key, inner]) => !key.isWellFormed() || hasLoneSurrogate(inner));
}

function invalid(message: string): Refusal {
  return { status: 400, type: 'invalid_request_error', message };
}
