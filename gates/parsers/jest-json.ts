import { z } from 'zod';
import type { Finding } from '../../src/domain/finding.ts';
import { makeFinding } from './finding.ts';
import { jsonInOutput, parseJson } from './json.ts';
import type { Parsed } from './parsed.ts';
import { placeInStack, relativePath } from './place.ts';

const Assertion = z.object({
  fullName: z.string(),
  status: z.string(),
  failureMessages: z.array(z.string()).nullish(),
  location: z.object({ line: z.number() }).nullish(),
});
const Suite = z.object({
  name: z.string(),
  status: z.string(),
  message: z.string().nullish(),
  assertionResults: z.array(Assertion),
});
const JestReport = z.object({
  numTotalTests: z.number(),
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  testResults: z.array(Suite),
});
type Suite = z.infer<typeof Suite>;
type Assertion = z.infer<typeof Assertion>;

/** The JSON report of jest, and of vitest, which has the same shape. A file that did not load counts as one failed test. */
export function parseJestJson(text: string, root: string): Parsed | null {
  const report = parseJson(text, JestReport) ?? parseJson(jsonInOutput(text), JestReport);
  if (report === null) return null;
  const broken = report.testResults.filter(didNotLoad);
  const findings = report.testResults.flatMap((suite) => suiteFindings(suite, root));
  const failed = report.numFailedTests + broken.length;
  return {
    findings,
    tests: {
      passed: report.numPassedTests,
      failed,
      skipped: Math.max(0, report.numTotalTests - report.numPassedTests - report.numFailedTests),
    },
  };
}

function didNotLoad(suite: Suite): boolean {
  return suite.status === 'failed' && !suite.assertionResults.some((test) => test.status === 'failed');
}

function suiteFindings(suite: Suite, root: string): Finding[] {
  if (!didNotLoad(suite)) {
    return suite.assertionResults.filter((test) => test.status === 'failed').map((test) => testFinding(suite, test, root));
  }
  const message = suite.message || 'the test file could not be loaded';
  const place = placeInStack(message, root, relativePath(suite.name, root));
  return [makeFinding({ path: place?.path ?? suite.name, line: place?.line, rule: null, message: withoutForeignFrames(message) }, root)];
}

function testFinding(suite: Suite, test: Assertion, root: string): Finding {
  const message = (test.failureMessages ?? []).join('\n\n');
  const place = placeInStack(message, root, relativePath(suite.name, root));
  return makeFinding(
    {
      path: place?.path ?? suite.name,
      line: place?.line ?? test.location?.line,
      rule: test.fullName,
      message: withoutForeignFrames(message),
    },
    root,
  );
}

/** The frames of the runner say nothing about the failure. */
export function withoutForeignFrames(message: string): string {
  return message
    .split('\n')
    .filter((line) => !/^\s+at .*(node_modules\/|node:internal|new (Safe)?Promise \(<anonymous>\))/.test(line))
    .join('\n');
}
