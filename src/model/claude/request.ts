import type Anthropic from '@anthropic-ai/sdk';
import { cleanJson, cleanText } from '../../domain/clean-text.ts';
import type { AssistantPart, Message, ModelRequest, ToolDefinition, UserPart } from '../model.ts';

/** Marks the end of a prefix worth keeping in the prompt cache. The service allows four marks; three are used. */
const CACHE = { cache_control: { type: 'ephemeral' } } as const;

export function toParams(model: string, request: ModelRequest): Anthropic.MessageStreamParams {
  return {
    model,
    max_tokens: request.maxOutputTokens,
    ...(isBlank(request.system) ? {} : { system: [{ type: 'text', text: cleanText(request.system), ...CACHE }] }),
    tools: request.tools.map((tool, index) => ({ ...toTool(tool), ...(index === request.tools.length - 1 ? CACHE : {}) })),
    messages: withCacheMark(request.messages.reduce(addMessage, [])),
  };
}

function toTool(tool: ToolDefinition): Anthropic.ToolUnion {
  if (tool.builtin === 'bash' && tool.name === 'bash') return { type: 'bash_20250124', name: tool.name };
  if (tool.builtin === 'text-editor' && tool.name === 'str_replace_based_edit_tool')
    return { type: 'text_editor_20250728', name: tool.name };
  return { name: tool.name, description: tool.description, input_schema: tool.inputSchema };
}

/** The service refuses empty messages and blank texts, so they are left out; what then stands side by side is joined. */
function addMessage(sent: Anthropic.MessageParam[], message: Message): Anthropic.MessageParam[] {
  const content = message.role === 'user' ? message.content.flatMap(toUserBlock) : message.content.flatMap(toAssistantBlock);
  if (content.length === 0) return sent;
  const last = sent.at(-1);
  if (last?.role !== message.role || !Array.isArray(last.content)) return [...sent, { role: message.role, content }];
  return [...sent.slice(0, -1), { role: message.role, content: [...last.content, ...content] }];
}

function toUserBlock(part: UserPart): Anthropic.ContentBlockParam[] {
  if (part.type === 'text') return toTextBlock(part.text);
  const text = isBlank(part.text) ? '(no output)' : cleanText(part.text);
  return [{ type: 'tool_result', tool_use_id: part.callId, content: text, ...(part.isError ? { is_error: true } : {}) }];
}

function toAssistantBlock(part: AssistantPart): Anthropic.ContentBlockParam[] {
  switch (part.type) {
    case 'text':
      return toTextBlock(part.text);
    case 'tool-call':
      return [{ type: 'tool_use', id: part.id, name: part.name, input: cleanJson(part.input) }];
    case 'opaque':
      return part.provider === 'claude' ? [part.value as Anthropic.ContentBlockParam] : [];
  }
}

function toTextBlock(text: string): Anthropic.TextBlockParam[] {
  return isBlank(text) ? [] : [{ type: 'text', text: cleanText(text) }];
}

function withCacheMark(messages: Anthropic.MessageParam[]): Anthropic.MessageParam[] {
  const index = messages.findLastIndex((message) => message.role === 'user');
  const message = messages[index];
  if (!message || !Array.isArray(message.content)) return messages;
  const content = message.content.map((block, at, all) => (at === all.length - 1 ? { ...block, ...CACHE } : block));
  return messages.with(index, { role: 'user', content });
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}
