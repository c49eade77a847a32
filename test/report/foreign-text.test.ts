import { describe, expect, test } from 'vitest';
import { phrase, powerless, quiet } from '../../src/report/foreign-text.ts';

/** Shows the word joiner that takes a mention's power, and stands for nothing else here. */
function shown(text: string): string {
  return text.replaceAll('\u2060', '·');
}

describe('a text that is not ours notifies nobody and hides nothing', () => {
  const table: [string, string, string][] = [
    ['a mention', 'ask @ada', 'ask @·ada'],
    ['a team', 'ask @acme/core', 'ask @·acme/core'],
    ['an address', 'write to a@b.example', 'write to a@·b.example'],
    ['an at sign that calls nobody', 'a @ b', 'a @ b'],
    ['a mention in code, which is none', 'see `@types/node`', 'see `@types/node`'],
    ['a mention in a block of code', '```\n@ada\n```', '```\n@ada\n```'],
    ['a mention behind code', '`x` @ada', '`x` @·ada'],
    ['backticks that are escaped, and make no code', '\\` @ada \\`', '\\` @·ada \\`'],
    ['three backticks in a line, which open no block', 'a ``` @ada', 'a ``` @·ada'],
    ['a block that ends where markdown says, and not before', '```\nfoo ```\n```\n@ada', '```\nfoo ```\n```\n@·ada'],
    ['backticks in two cells of a table', '| a | b |\n|---|---|\n| ` | @ada ` |', '| a | b |\n|---|---|\n| ` | @·ada ` |'],
    ['backticks in a tag that is no tag any more', 'a <b title="`"> `@ada`', 'a &lt;b title="`"> `@·ada`'],
    ['backticks in a link that is no link any more', '[a](<b `>) `@ada`', '[a](&lt;b `>) `@·ada`'],
    ['a comment that would hide the rest', '<!-- the rest', '&lt;!-- the rest'],
    ['HTML', '<details><img src=x>', '&lt;details>&lt;img src=x>'],
    ['a processing instruction', '<?php', '&lt;?php'],
    ['less than, which is no tag', '1 < 2 and a<-b', '1 < 2 and a<-b'],
    ['HTML in code', '`<div>`', '`<div>`'],
    ['an open block of code, which is closed', 'x\n\n```js\n@ada', 'x\n\n```js\n@ada\n```'],
    ['an open block with longer marks', '````\n```', '````\n```\n````'],
    ['an open block of tildes', '~~~', '~~~\n~~~'],
    ['a closed block', '```\na\n```', '```\na\n```'],
    ['an open block in a list, which ends with it', '- ```\n  a', '- ```\n  a'],
    ['code by indentation', '    @ada', '    @ada'],
    ['nothing', '', ''],
  ];
  test.each(table)('%s', (_name, text, expected) => {
    expect(shown(quiet(text))).toBe(expected);
  });

  test('however often it is made so', () => {
    for (const [, text] of table) expect(quiet(quiet(text))).toBe(quiet(text));
  });
});

describe('words that a forge obeys', () => {
  test.each([
    ['Closes #12', 'Closes #·12'],
    ['fixes acme/app#3, resolves GH-4', 'fixes acme/app#·3, resolves GH-·4'],
    ['closes https://github.com/acme/app/issues/5', 'closes https://github.com/acme/app/issues/·5'],
    ['see https://github.com/acme/app/pull/6#discussion', 'see https://github.com/acme/app/pull/·6#discussion'],
    ['the colour `#123456` and # 1', 'the colour `#123456` and # 1'],
    ['@ada closes #1 <b>', '@·ada closes #·1 &lt;b>'],
  ])('%s', (text, expected) => {
    expect(shown(powerless(text))).toBe(expected);
  });
});

describe('a phrase in a line of ours', () => {
  test.each([
    ['is one line', 'a\n\n  b\tc', 'a b c'],
    ['begins no block', '``` @ada', '``` @·ada'],
    ['and keeps no block that it has in its own lines', '```js\n@ada `x\n\n@bob\n```', '```js @ada `x @bob ```'],
    ['keeps its code', 'run `npm i @types/node`', 'run `npm i @types/node`'],
    ['keeps what would be a heading or a list elsewhere', '# a', '# a'],
  ])('%s', (_name, text, expected) => {
    expect(shown(phrase(text))).toBe(expected);
  });
});

describe('a text that takes a parser too long', () => {
  test.each([
    ['long', 'a @ada `@bob` '.repeat(2000)],
    ['of many lines', '> a\n'.repeat(5000) + '@ada'],
    ['deep', `${'> '.repeat(50)}@ada`],
    ['of backticks', `${'` '.repeat(9000)}@ada`],
    ['of brackets', `${'['.repeat(20_000)}@ada`],
    ['of open blocks', '```\n@ada\n'.repeat(1000)],
  ])('is mended all the same, its code too: %s', (_name, text) => {
    const began = performance.now();
    expect(quiet(text)).not.toMatch(/@[a-z]/);
    expect(performance.now() - began).toBeLessThan(5000);
  });

  test('and leaves no block open', () => {
    expect(quiet('a\n```\n'.repeat(4001))).not.toContain('```');
  });
});
