/** A small real project with a fault: its tests fail until somebody mends `src/duration.js`. No dependencies. */
export const PROJECT: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify(
    {
      name: 'duration',
      version: '1.0.0',
      private: true,
      type: 'module',
      scripts: { lint: 'node --check src/duration.js', test: 'node --test' },
    },
    null,
    2,
  ),
  'README.md': '# duration\n\nTurns seconds into words.\n',
  'src/duration.js': `/** Seconds as people write them: 75 is "1 min 15 s". */
export function duration(seconds) {
  const minutes = Math.round(seconds / 60);
  const rest = seconds % 60;
  return minutes === 0 ? \`\${rest} s\` : \`\${minutes} min \${rest} s\`;
}
`,
  'test/duration.test.js': `import assert from 'node:assert/strict';
import test from 'node:test';
import { duration } from '../src/duration.js';

test('less than a minute is seconds alone', () => assert.equal(duration(42 % 30), '12 s'));
test('the rest of a minute is not rounded up', () => assert.equal(duration(119), '1 min 59 s'));
`,
};

export const ISSUE = {
  title: 'duration(119) says 2 minutes',
  body: 'It should say `1 min 59 s`, and says `2 min 59 s`. The test for it is there, and fails.',
};
