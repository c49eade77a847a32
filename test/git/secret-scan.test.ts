import { expect, test } from 'vitest';
import { collect } from '../../src/git/collect.ts';
import { scanForSecrets } from '../../src/git/secret-scan.ts';
import type { Finding } from '../../src/domain/finding.ts';
import { HOME_FILES, makeHarness, type Harness } from '../support/git/harness.ts';
import { writeFiles, type Content } from '../support/git/origin.ts';

/** Put together here, so that no scanner finds this file. */
const GITHUB = ['ghp', 'aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5'].join('_');
const SLACK = ['xoxb', '123456789012', '1234567890123', 'aBcDeFgHiJkLmNoPqRsTuVwX'].join('-');
const AWS = ['AKIA', 'Q7RK2ZPX9VTN4LW8'].join('');
const DOCUMENTED = ['AKIA', 'IOSFODNN7EXAMPLE'].join('');
const RANDOM = ['q7Rk2', 'ZpX9v', 'Tn4Lw', '8sYbH', 'e3Gd'].join('');

async function scan(
  h: Harness,
  files: Readonly<Record<string, Content>>,
  over: Partial<Parameters<typeof scanForSecrets>[1]> = {},
): Promise<readonly Finding[]> {
  const workspace = await h.workspace();
  await writeFiles(workspace.repo, files);
  const result = await collect(h.git, workspace);
  const findings = await scanForSecrets(h.git, {
    mirror: workspace.mirror,
    from: h.base,
    to: result.tree,
    files: result.files,
    texts: {},
    forbidden: [],
    ...over,
  });
  for (const secret of [GITHUB, SLACK, AWS, RANDOM, ...(over.forbidden ?? [])]) expect(JSON.stringify(findings)).not.toContain(secret);
  return findings;
}

function places(findings: readonly Finding[]): unknown[] {
  return findings.map(({ path, line, rule }) => [path, line, rule]);
}

test('secrets of known shape and of none are found, with path, line and rule', async () => {
  await using h = await makeHarness();
  const findings = await scan(h, {
    'a.ts': `// one\nconst a = '${GITHUB}';\n`,
    'deep/b.yml': `x: 1\ny: 2\nhook: ${SLACK}\n`,
    'c.ts': `export const apiKey = '${RANDOM}';\n`,
    'clean.ts': 'export const apiKey = process.env.API_KEY;\n',
  });
  expect(places(findings)).toEqual([
    ['a.ts', 2, 'github/github_token'],
    ['c.ts', 1, 'random-value-of-secret-name'],
    ['deep/b.yml', 3, 'slack/slack_token'],
  ]);
  expect(findings.every(({ severity }) => severity === 'error')).toBe(true);
});

test('only what the change adds counts, not what was there or what it removes', async () => {
  const old = `a = 1\ntoken = "${GITHUB}"\nb = 1\n`;
  await using h = await makeHarness({ ...HOME_FILES, 'old.py': old, 'gone.py': old, 'moves.py': old });
  const findings = await scan(h, {
    'old.py': `a = 2\ntoken = "${GITHUB}"\nb = 2\n`,
    'gone.py': null,
    'moves.py': `a = 1\nb = 1\n\ntoken = "${GITHUB}"\n`,
  });
  expect(places(findings)).toEqual([['moves.py', 4, 'github/github_token']]);
});

test('a comment in the file does not switch the scan off', async () => {
  await using h = await makeHarness();
  const findings = await scan(h, { 'a.ts': `/* secretlint-disable */\n// secretlint-disable-next-line\nconst a = '${GITHUB}';\n` });
  expect(places(findings)).toEqual([['a.ts', 3, 'github/github_token']]);
});

test('an attribute that calls the file binary does not either', async () => {
  await using h = await makeHarness();
  const findings = await scan(h, { '.gitattributes': '* binary -diff -text filter=x\n', 'src/sum.js': `const a = '${GITHUB}';\n` });
  expect(places(findings)).toEqual([['src/sum.js', 1, 'github/github_token']]);
});

test('binary files, text in UTF-16 and the targets of links are looked through too', async () => {
  await using h = await makeHarness();
  const findings = await scan(h, {
    'a.bin': Buffer.concat([Buffer.from([0, 1, 2, 10]), Buffer.from(GITHUB), Buffer.from([10, 0])]),
    'b.txt': Buffer.from(`\ufeffconst a = '${GITHUB}';\n`, 'utf16le'),
    c: { link: GITHUB },
  });
  expect(places(findings)).toEqual([
    ['a.bin', null, 'github/github_token'],
    ['b.txt', null, 'github/github_token'],
    ['c', 1, 'github/github_token'],
  ]);
});

test('names of files and the words of the pull request are looked through, and are not repeated', async () => {
  await using h = await makeHarness();
  const findings = await scan(h, { [`${GITHUB}.txt`]: 'x\n' }, { texts: { title: `Use ${GITHUB}`, summary: 'fine', branch: 'agent/7' } });
  expect(findings.map(({ path, message }) => [path, message])).toEqual([
    [null, 'The title holds what looks like a secret.'],
    [null, 'The name of a file holds what looks like a secret.'],
  ]);
});

test('the operator’s own secrets are found whatever they look like, plain, in a URL or in base64', async () => {
  await using h = await makeHarness();
  const own = 'correct horse/battery';
  const findings = await scan(
    h,
    {
      'a.txt': `x ${own} y\n`,
      'b.txt': `x\n${Buffer.from(`user:${own}:more`).toString('base64')}\n`,
      'c.txt': encodeURIComponent(own),
      'd.txt': 'correct horse',
      'e.txt': 'short',
    },
    { forbidden: [own, 'short'] },
  );
  expect(places(findings)).toEqual([
    ['a.txt', 1, 'operator-secret'],
    ['b.txt', 2, 'operator-secret'],
    ['c.txt', 1, 'operator-secret'],
  ]);
});

test('documentation’s own examples and test dummies are allowed', async () => {
  await using h = await makeHarness();
  const findings = await scan(h, { 'a.md': `aws_access_key_id = ${DOCUMENTED}\npassword = "test-password-1234567"\n` });
  expect(findings).toEqual([]);
});

test('a finding in a file with a strange name shows the name in one line', async () => {
  await using h = await makeHarness();
  const findings = await scan(h, { 'a\nb.txt': `x ${GITHUB}\n` });
  expect(places(findings)).toEqual([['a\\u{a}b.txt', 1, 'github/github_token']]);
});
