import { describe, expect, test } from 'vitest';
import { parseCoverage } from '../../../gates/parsers/coverage/parse.ts';
import { parseCoverageText } from '../../../gates/parsers/coverage/text.ts';
import { fixture, ROOT } from '../fixture.ts';

describe('reports', () => {
  test.each([
    ['node24.lcov', 66.67, [{ path: 'sum.js', found: 6, hit: 4, missed: [3, 4] }]],
    ['jest.lcov', 75, [{ path: 'sum.js', found: 4, hit: 3, missed: [3] }]],
    ['coverage-final.json', 75, [{ path: 'sum.js', found: 4, hit: 3, missed: [3] }]],
    ['coverage-summary.json', 75, [{ path: 'sum.js', found: 4, hit: 3, missed: [] }]],
    ['cobertura.xml', 83.33, [{ path: 'pkg/__init__.py', found: 6, hit: 5, missed: [6] }]],
    ['go-cover.out', 50, [{ path: 'calc/calc.go', found: 4, hit: 2, missed: [6, 12] }]],
  ])('%s says %d %%', async (file, lines, files) => {
    const coverage = parseCoverage(await fixture(file), ROOT, 'example.test/calc');
    expect(coverage?.lines).toBeCloseTo(lines, 2);
    expect(coverage?.files).toEqual(files);
  });

  test('tests do not count towards the coverage of what they test', async () => {
    expect((await fixture('node20.lcov')).match(/^SF:.*/gm)).toEqual(['SF:sum.js', 'SF:test/sum.test.js']);
    expect(parseCoverage(await fixture('node20.lcov'), ROOT)?.lines).toBeCloseTo(66.67, 2);
  });

  test('a line that one of two records ran has run', () => {
    const lcov = 'SF:a.js\nDA:1,0\nDA:2,0\nend_of_record\nSF:a.js\nDA:1,1\nDA:2,0\nend_of_record\n';
    expect(parseCoverage(lcov, ROOT)?.lines).toBe(50);
  });

  test.each([
    '',
    '{}',
    'SF:a.js\nend_of_record',
    'mode: set\n',
    '<coverage><packages></packages></coverage>',
    '{"total":{"lines":{"total":0,"covered":0}}}',
  ])('a report that measured nothing gives no figure: %j', (text) => {
    expect(parseCoverage(text, ROOT)).toBeNull();
  });

  test('figures that cannot be do not lift the result above what they are', () => {
    expect(parseCoverage('SF:a.js\nDA:1,-5\nDA:2,NaN\nDA:x,1\nDA:3,1\nend_of_record', ROOT)?.lines).toBe(50);
    expect(parseCoverage('{"a.js":{"lines":{"total":1,"covered":900}}}', ROOT)?.lines).toBe(100);
  });
});

describe('tables that tools print', () => {
  test.each([
    ['coverage-table.txt', 75],
    ['pytest-cov.txt', 86],
  ])('%s says %d %%', async (file, lines) => {
    expect(parseCoverageText(await fixture(file))?.lines).toBe(lines);
  });

  test.each([
    ['Lines        : 75% ( 3/4 )', 75],
    ['ℹ all files        |  87.50 |    85.71 |   80.00 |', 87.5],
    ['FAIL\ncoverage: 50.0% of statements\n', 50],
    ['ok  \ta/x\t0.1s\tcoverage: 90.0% of statements\nok  \ta/y\t0.1s\tcoverage: 40.0% of statements\n', 40],
    ['81.50% coverage, 815/1000 lines covered', 81.5],
  ])('%j says %d %%', (text, lines) => {
    expect(parseCoverageText(text)?.lines).toBe(lines);
  });

  test('an output without a total says nothing', () => {
    expect(parseCoverageText('100% sure\nTotal: 5')).toBeNull();
  });
});
