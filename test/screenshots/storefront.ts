import type { ScriptedTurn } from '../support/model/script.ts';
import { bash, create, replace, submit } from '../flow/scripts.ts';

/** A small shop without dependencies: its linter is a script of its own, and knows one rule. */
export const STOREFRONT: Readonly<Record<string, string>> = {
  '.signalbox.yml': 'limits:\n  gateRounds: 0\ngates:\n  lint: npm run lint\n',
  'package.json': JSON.stringify(
    {
      name: 'storefront',
      version: '2.4.0',
      private: true,
      type: 'module',
      scripts: { lint: 'node scripts/lint.js', test: 'node --test' },
    },
    null,
    2,
  ),
  'scripts/lint.js': `import { readdirSync, readFileSync } from 'node:fs';

for (const name of readdirSync('src')) {
  readFileSync(\`src/\${name}\`, 'utf8')
    .split('\\n')
    .forEach((line, index) => {
      if (!line.includes('toFixed')) return;
      process.exitCode = 1;
      console.log(\`src/\${name}:\${index + 1}:1: error: money is kept in cents and never made with toFixed [no-float-money]\`);
    });
}
`,
  'src/price.js': `/** What a basket costs, in cents. */
export function total(lines) {
  return lines.reduce((sum, { cents, count }) => sum + cents * count, 0);
}

/** With the tax of the country, rounded once. */
export function withTax(cents, rate) {
  return Math.round(cents * (1 + rate));
}
`,
  'test/price.test.js': `import assert from 'node:assert/strict';
import test from 'node:test';
import { total, withTax } from '../src/price.js';

test('a basket costs what is in it', () => assert.equal(total([{ cents: 250, count: 2 }, { cents: 99, count: 1 }]), 599));
test('the tax is rounded once', () => assert.equal(withTax(1999, 0.19), 2379));
test('nothing costs nothing', () => assert.equal(withTax(total([]), 0.19), 0));
`,
};

/** Long prompts, mostly read from the cache, as agents have them. */
const said = (text: string, turn: Omit<ScriptedTurn, 'text'>): ScriptedTurn => ({
  text,
  usage: { input: 2100, output: 480, cacheRead: 21_400 },
  ...turn,
});

const LOOK = said('I start with the prices, and with what their tests say.', {
  tools: [bash('cat src/price.js test/price.test.js'), bash('npm test 2>&1 | tail -12')],
});

/** Everything is done as asked. */
export const GIVE_DISCOUNTS: readonly ScriptedTurn[] = [
  LOOK,
  said('A discount belongs before the tax, and must never make a price negative.', {
    tools: [
      replace(
        'src/price.js',
        '/** With the tax',
        `/** What is left of a price after a discount, which never makes it less than nothing. */
export function discounted(cents, off) {
  return Math.max(0, cents - off);
}

/** With the tax`,
      ),
    ],
  }),
  said('Now its tests.', {
    tools: [
      replace('test/price.test.js', '{ total, withTax }', '{ discounted, total, withTax }'),
      bash(
        `echo "test('a discount never makes a price negative', () => assert.equal(discounted(500, 900), 0));" >> test/price.test.js && npm test 2>&1 | tail -9`,
      ),
    ],
  }),
  {
    ...submit('Take discounts off before the tax', 'A discount larger than the price makes it nothing.'),
    usage: { input: 900, output: 210 },
  },
];

/** The linter and one test are not content with it. */
export const SHOW_NET_PRICES: readonly ScriptedTurn[] = [
  LOOK,
  said('The price without the tax can be had from the rate. I add a function for it, and one that writes a price for people.', {
    tools: [
      create(
        'src/net.js',
        `import { withTax } from './price.js';

/** The price without the tax, in cents. */
export function net(gross, rate) {
  return Math.floor(gross / (1 + rate));
}

/** For people: \`19.99\`. */
export function written(cents) {
  return (cents / 100).toFixed(2);
}

export function both(cents, rate) {
  return \`\${written(cents)} (\${written(withTax(cents, rate))} with tax)\`;
}
`,
      ),
      create(
        'test/net.test.js',
        `import assert from 'node:assert/strict';
import test from 'node:test';
import { both, net } from '../src/net.js';

test('the tax is taken off again', () => assert.equal(net(2379, 0.19), 1999));
test('a price without tax is itself', () => assert.equal(net(1999, 0), 1999));
test('both prices are written', () => assert.equal(both(1999, 0.19), '19.99 (23.79 with tax)'));
test('what is net and taxed is gross again', () => assert.equal(net(1000, 0.07), 935));
`,
      ),
      bash('node --test test/price.test.js 2>&1 | tail -8'),
    ],
  }),
  {
    ...submit('Show the price without the tax', 'Both prices are written where a basket is shown: with the tax, and without.'),
    usage: { input: 1200, output: 260, cacheRead: 26_000 },
  },
];

/** Comes to its first answer and is at work ever after. */
export const AT_WORK: readonly ScriptedTurn[] = [LOOK, { fail: 'hang' }];

/** Its own test never ends, so that the gates run ever after. */
export const JUDGED: readonly ScriptedTurn[] = [
  LOOK,
  said('I let the test wait for the cart to be saved.', {
    tools: [
      create(
        'test/cart.test.js',
        `import test from 'node:test';\n\ntest('a cart is saved', () => new Promise((done) => setTimeout(done, 3_600_000)));\n`,
      ),
    ],
  }),
  { ...submit('Keep a cart between visits'), usage: { input: 900, output: 180, cacheRead: 24_000 } },
];
