import { expect, test } from 'vitest';
import { z } from 'zod';
import { renderEnvExample, renderSettingsTable, settingsIn } from '../src/settings.ts';

const secret = { secret: true } as const;
const settings = settingsIn(
  z.object({
    NAME: z.string().optional().describe('A name.'),
    PORT: z.coerce.number().default(3001).describe('A port | a door.'),
    LIST: z
      .string()
      .default('')
      .transform((text) => text.split(','))
      .describe('A list.'),
    INNER_SECRET: z.string().meta(secret).optional().describe('Marked inside.'),
    OUTER_SECRET: z.string().optional().meta(secret).describe('Marked outside.'),
  }),
);

test('settings are read out of their schema', () => {
  expect(settings.map(({ name, default: standard, secret: isSecret }) => [name, standard, isSecret])).toEqual([
    ['NAME', null, false],
    ['PORT', '3001', false],
    ['LIST', '', false],
    ['INNER_SECRET', null, true],
    ['OUTER_SECRET', null, true],
  ]);
});

test('and rendered as a file to fill in, where nothing changes what is the default', () => {
  expect(renderEnvExample(settings.slice(0, 2))).toBe(`# Copy this file to .env and fill in what you need. An empty value counts as unset.

# A name.
NAME=

# A port | a door.
# PORT=3001
`);
});

test('and as a table', () => {
  expect(renderSettingsTable(settings.slice(0, 2))).toBe(`| setting | default | what it is |
|---|---|---|
| \`NAME\` |  | A name. |
| \`PORT\` | \`3001\` | A port \\| a door. |`);
});
