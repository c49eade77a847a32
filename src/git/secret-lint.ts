import { lintSource } from '@secretlint/core';
import { creator } from '@secretlint/secretlint-rule-preset-recommend';

/** A place in a text; never what stands there. Lines are 1-based, inclusive. */
export interface SecretPlace {
  readonly line: number;
  readonly endLine: number;
  readonly rule: string;
}

const PRESET = '@secretlint/secretlint-rule-preset-recommend';
/** It would let a comment in the agent's own file switch the scan off. */
const SWITCHED_OFF = [{ id: '@secretlint/secretlint-rule-filter-comments', disabled: true }];

/** What secretlint's recommended rules find in a text. Its messages are dropped, because they quote. */
export async function lintForSecrets(text: string): Promise<readonly SecretPlace[]> {
  const { messages } = await lintSource({
    source: { content: text, filePath: 'text', ext: '', contentType: 'text' },
    options: { maskSecrets: true, noPhysicFilePath: true, config: { rules: [{ id: PRESET, rule: creator, rules: SWITCHED_OFF }] } },
  });
  return messages.map(({ loc, ruleId, messageId }) => ({
    line: loc.start.line,
    endLine: loc.end.line,
    rule: `${ruleId.replace(/^.*secretlint-rule-/, '')}/${messageId}`.toLowerCase(),
  }));
}
