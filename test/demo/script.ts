import type { ScriptedTurn } from '../support/model/script.ts';

/** What the scripted model does with the demo's issue: look, see it fail, mend it, see it pass, hand it in. */
export const SCRIPT: readonly ScriptedTurn[] = [
  {
    text: 'I start with the code and with what its tests say.',
    tools: [{ name: 'bash', input: { command: 'cat src/duration.js && node --test 2>&1 | tail -25' } }],
    usage: { input: 1850, output: 84 },
  },
  {
    text: 'The minutes are rounded, so 119 seconds become 2 minutes. They have to be cut off.',
    tools: [
      {
        name: 'str_replace_based_edit_tool',
        input: {
          command: 'str_replace',
          path: 'src/duration.js',
          old_str: 'Math.round(seconds / 60)',
          new_str: 'Math.floor(seconds / 60)',
        },
      },
    ],
    usage: { input: 640, output: 131, cacheRead: 1850 },
  },
  { tools: [{ name: 'bash', input: { command: 'node --test 2>&1 | tail -12' } }], usage: { input: 210, output: 62, cacheRead: 2490 } },
  {
    tools: [
      {
        name: 'submit',
        input: {
          title: 'Cut minutes off instead of rounding them',
          summary:
            '`duration(119)` said 2 minutes, because the minutes were rounded. They are cut off now, and the test that was there passes.',
        },
      },
    ],
    usage: { input: 330, output: 118, cacheRead: 2700 },
  },
];
