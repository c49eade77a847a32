import { lintSource } from '@secretlint/core';
import { rules } from '@secretlint/secretlint-rule-preset-recommend';

/** A place in a text; never what stands there. Lines are 1-based, inclusive. */
export interface SecretPlace {
  readonly line: number;
  readonly endLine: number;
  readonly rule: string;
}

/**
 * The preset's rules one by one, but for the one that would let a comment in the agent's own file switch the scan off.
 * Naming it as disabled in the preset's options has no effect.
 */
const RULES = rules.filter(({ meta }) => !meta.id.endsWith('filter-comments')).map((rule) => ({ id: rule.meta.id, rule }));

/** What secretlint's recommended rules find in a text. Its messages are dropped, because they quote. */
export async function lintForSecrets(text: string): Promise<readonly SecretPlace[]> {
  const { messages } = await lintSource({
    source: { content: text, filePath: 'text', ext: '', contentType: 'text' },
    options: { maskSecrets: true, noPhysicFilePath: true, config: { rules: RULES } },
  });
  return messages.map(({ loc, ruleId, messageId }) => ({
    line: loc.start.line,
    endLine: loc.end.line,
    rule: `${ruleId.replace(/^.*secretlint-rule-/, '')}/${messageId}`.toLowerCase(),
  }));
}
