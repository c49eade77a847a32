import { html } from 'hono/html';
import { describe, expect, test } from 'vitest';
import { barChart } from '../../../src/web/charts/bars.ts';

const wish = {
  title: 'Fruit',
  rowName: 'Day',
  series: [
    { name: 'apples', tone: 'tone-work', written: String },
    { name: 'the largest', tone: 'tone-slow', written: String, shape: 'mark' as const },
  ],
  empty: html`<p>No fruit yet.</p>`,
};

describe('a chart', () => {
  test('has the same numbers in a table', async () => {
    const text = String(
      await barChart({
        ...wish,
        bars: [
          { label: 'Monday', parts: [3, 5] },
          { label: 'Tuesday', parts: [0, null] },
        ],
      }),
    );
    expect(text).toContain('role="img"');
    expect(text.replace(/\s+/g, ' ')).toContain('<th scope="row">Monday</th> <td class="number">3</td><td class="number">5</td>');
    expect(text.replace(/\s+/g, ' ')).toContain('<th scope="row">Tuesday</th> <td class="number">0</td><td class="number">–</td>');
  });

  test.each([[[]], [[{ label: 'Monday', parts: [0, null] }]]])('of nothing says so', async (bars) => {
    expect(String(await barChart({ ...wish, bars }))).toContain('No fruit yet.');
  });
});
