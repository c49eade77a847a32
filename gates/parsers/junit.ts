import { z } from 'zod';
import type { Finding } from '../../src/domain/finding.ts';
import { makeFinding } from './finding.ts';
import { withoutForeignFrames } from './jest-json.ts';
import type { Parsed } from './parsed.ts';
import { placeInStack, relativePath } from './place.ts';
import { decodeXml, parseXml } from './xml.ts';

const Text = z.string().optional();
const Fault = z.union([
  z.string().transform((text) => ({ '@message': undefined, '#text': text })),
  z.object({ '@message': Text, '#text': Text }),
]);
const Case = z.object({
  '@name': Text,
  '@classname': Text,
  '@file': Text,
  '@line': Text,
  failure: z.array(Fault).optional(),
  error: z.array(Fault).optional(),
  skipped: z.array(z.unknown()).optional(),
});
type Case = z.infer<typeof Case>;

interface Suite {
  readonly testcase?: Case[] | undefined;
  readonly testsuite?: (Suite | string)[] | undefined;
}
const Suite: z.ZodType<Suite> = z.lazy(() =>
  z.object({ testcase: z.array(Case).optional(), testsuite: z.array(z.union([z.string(), Suite])).optional() }),
);
const Document = z.object({
  testsuites: z.union([z.string().transform((): Suite => ({})), Suite]).optional(),
  testsuite: z.array(z.union([z.string(), Suite])).optional(),
});

/** JUnit's XML as pytest, node's test runner, mocha and most others write it. */
export function parseJunit(text: string, root: string): Parsed | null {
  const document = Document.safeParse(parseXml(text));
  if (!document.success) return null;
  const { testsuites, testsuite } = document.data;
  if (testsuites === undefined && testsuite === undefined) return null;
  const cases = casesOf({ testsuite: [...(testsuites ? [testsuites] : []), ...(testsuite ?? [])] });
  const red = cases.filter(isRed);
  const skipped = cases.filter((one) => !isRed(one) && one.skipped !== undefined).length;
  return {
    findings: red.map((one) => caseFinding(one, root)),
    tests: { passed: cases.length - red.length - skipped, failed: red.length, skipped },
  };
}

/** Depth is bounded by the XML parser's own limit on nesting. */
function casesOf(suite: Suite): Case[] {
  const below = (suite.testsuite ?? []).flatMap((child) => (typeof child === 'string' ? [] : casesOf(child)));
  return [...(suite.testcase ?? []), ...below];
}

function isRed(one: Case): boolean {
  return (one.failure ?? one.error) !== undefined;
}

function caseFinding(one: Case, root: string): Finding {
  const faults = [...(one.failure ?? []), ...(one.error ?? [])];
  const headline = decodeXml(faults[0]?.['@message'] ?? '');
  const body = withoutWrapper(withoutForeignFrames(decodeXml(faults.map((fault) => fault['#text'] ?? '').join('\n')).trim()));
  const file = decodeXml(one['@file'] ?? '');
  const place = placeInStack(body, root, relativePath(file, root));
  // pytest counts from 0, and its place is the test's first line; the failing line is in the text where there is one.
  const declared = one['@line'] === undefined ? null : Number(one['@line']) + 1;
  const name = [one['@classname'], one['@name']].filter((part) => part && part !== 'test').map((part) => decodeXml(part ?? ''));
  return makeFinding(
    {
      path: place?.path ?? file,
      line: place?.line ?? declared,
      rule: name.join(' › '),
      message: body.includes(headline) ? body : `${headline}\n${body}`,
    },
    root,
  );
}

/** node's test runner wraps what a test threw in an error of its own, and prints it as the cause. */
function withoutWrapper(body: string): string {
  const cause = /^\[?Error \[ERR_TEST_FAILURE\][\s\S]*?^ {2}cause: ([\s\S]*)\n\}$/m.exec(body)?.[1];
  return cause === undefined ? body : cause.replace(/^ {2}/gm, '');
}
