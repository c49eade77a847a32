import { describe, expect, test } from 'vitest';
import { cleanText } from '../../../gates/parsers/clean.ts';
import { boundFindings, makeFinding, MAX_FINDINGS } from '../../../gates/parsers/finding.ts';
import { parseJunit } from '../../../gates/parsers/junit.ts';
import { parserFor } from '../../../gates/parsers/parse.ts';
import { placeInStack, relativePath } from '../../../gates/parsers/place.ts';
import { ROOT } from '../fixture.ts';

describe('paths', () => {
  test.each([
    ['/workspace/repo/src/a.ts', 'src/a.ts'],
    ['file:///workspace/repo/src/a%20b.ts', 'src/a b.ts'],
    ['./src/../src/a.ts', 'src/a.ts'],
    ['src\\a.ts', 'src/a.ts'],
    ['/workspace/repo', null],
    ['/workspace/repository/a.ts', null],
    ['/workspace/repo/../home/.npmrc', null],
    ['/etc/passwd', null],
    ['../outside.ts', null],
    ['C:\\windows\\a.ts', null],
    ['.', null],
    ['', null],
    ['a\u202eb.ts', null],
    ['a\nb.ts', null],
    ['x'.repeat(2000), null],
  ])('%j becomes %j', (raw, expected) => {
    expect(relativePath(raw, ROOT)).toBe(expected);
  });

  test('a stack’s place is the repository’s own, the test’s file first', () => {
    const stack =
      'Error: x\n at f (/workspace/repo/node_modules/a/i.js:1:1)\n at g (/workspace/repo/src/help.js:3:1)\n at /workspace/repo/test/a.test.js:9:2';
    expect(placeInStack(stack, ROOT)).toEqual({ path: 'src/help.js', line: 3 });
    expect(placeInStack(stack, ROOT, 'test/a.test.js')).toEqual({ path: 'test/a.test.js', line: 9 });
    expect(placeInStack('Error at node:internal/x:3:1 (/usr/lib/a.js:1:1)', ROOT)).toBeNull();
  });
});

describe('text that is shown to people', () => {
  test.each([
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]8;;http://evil.test\u0007link\u001b]8;;\u0007', 'link'],
    ['user\u202egnp.exe', 'usergnp.exe'],
    ['a\u200bb\u2066c\u{e0041}d\u0000e\u0007f', 'abcdef'],
    ['10%\r50%\r100%\r\ndone', '100%\ndone'],
    ['tab\tand\nnewline stay', 'tab\tand\nnewline stay'],
    ['ünï 漢字 stay', 'ünï 漢字 stay'],
  ])('%j is shown as %j', (raw, expected) => {
    expect(cleanText(raw)).toBe(expected);
  });

  test('a finding is bounded, and never without a message or with a line that is none', () => {
    const finding = makeFinding({ path: 'a.ts', line: -3, endLine: Number.NaN, rule: '\u202e', message: 'x'.repeat(10_000) }, ROOT);
    expect(finding).toMatchObject({ path: 'a.ts', line: null, endLine: null, rule: null });
    expect(finding.message).toHaveLength(4096);
    expect(makeFinding({ message: '\u200b' }, ROOT).message).toBe('(no message)');
  });

  test('errors are kept before warnings when there are too many, with a note', () => {
    const many = Array.from({ length: 2000 }, (_, at) =>
      makeFinding({ severity: at === 1999 ? 'error' : 'warning', message: `${at}` }, ROOT),
    );
    const bounded = boundFindings(many);
    expect(bounded).toHaveLength(MAX_FINDINGS);
    expect(bounded[0]?.message).toBe('1999');
    expect(bounded.at(-1)).toMatchObject({ severity: 'notice', message: '1501 more findings are not shown' });
  });
});

describe('hostile XML', () => {
  test('a document with a DOCTYPE is refused, so that no entity is ever expanded', () => {
    const bomb = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><testsuite><testcase name="&c;"/></testsuite>';
    expect(parseJunit(bomb, ROOT)).toBeNull();
    expect(parseJunit(`<!-- a --><!-- b -->\n${bomb.slice(21)}`, ROOT)).toBeNull();
  });

  test('what looks like markup inside a failure is only text', () => {
    const xml =
      '<testsuite><testcase name="a &lt;b&gt; &#x202e;&amp;lt;"><failure message="m"><![CDATA[<!DOCTYPE html><testcase name="fake"/>]]></failure></testcase></testsuite>';
    const parsed = parseJunit(xml, ROOT);
    expect(parsed?.tests).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(parsed?.findings[0]).toMatchObject({ rule: 'a <b> &lt;', message: expect.stringContaining('<!DOCTYPE html>') });
  });

  test.each([
    ['nested too deep', '<testsuite>'.repeat(5000)],
    ['cut in the middle', '<testsuites><testsuite><testcase name="a"><failure mess'],
    ['too large', `<testsuite>${' '.repeat(17 * 1024 * 1024)}</testsuite>`],
    ['another document', '<coverage><packages/></coverage>'],
  ])('%s is no report', (_, xml) => {
    expect(parseJunit(xml, ROOT)).toBeNull();
  });

  test('names of properties that objects have of their own change nothing', () => {
    const xml = '<testsuite __proto__="x" constructor="y"><testcase name="a" toString="z"/></testsuite>';
    expect(() => parseJunit(xml, ROOT)).not.toThrow();
    expect(Object.prototype).not.toHaveProperty('@name');
  });
});

test.each([
  '(((1'.repeat(50_000),
  `a.ts:${'1'.repeat(100_000)}`,
  `${' '.repeat(100_000)}x`,
  ':'.repeat(100_000),
  '_'.repeat(100_000),
  `::error ${':a'.repeat(50_000)}`,
  '[['.repeat(50_000),
  `${'1:1 '.repeat(30_000)}- `,
])('a line made to be slow comes to its end: %.12s…', (line) => {
  expect(() => parserFor('auto')?.(`${line}\n`.repeat(3), ROOT)).not.toThrow();
  expect(() => placeInStack(line, ROOT)).not.toThrow();
});
