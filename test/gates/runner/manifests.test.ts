import { parse } from 'smol-toml';
import { describe, expect, test } from 'vitest';
import { restoreManifest } from '../../../gates/runner/manifests.ts';

const json = (value: unknown): string => JSON.stringify(value);

describe('package.json', () => {
  test('what steers tools is the base branch’s, what is work stays', () => {
    const base = json({ name: 'a', scripts: { test: 'jest' }, jest: { bail: 1 }, dependencies: { x: '1' } });
    const branch = json({ name: 'b', scripts: { test: 'true', more: 'x' }, eslintConfig: { rules: {} }, dependencies: { x: '2', y: '1' } });
    expect(JSON.parse(restoreManifest('package.json', base, branch) ?? '')).toEqual({
      name: 'b',
      scripts: { test: 'jest' },
      jest: { bail: 1 },
      dependencies: { x: '2', y: '1' },
    });
  });

  test('a change of dependencies alone is left as it is', () => {
    expect(
      restoreManifest('package.json', json({ scripts: { a: '1' } }), json({ scripts: { a: '1' }, dependencies: { x: '1' } })),
    ).toBeNull();
  });

  test.each([null, '{', '[]', '3', 'null'])('one that the branch removed or broke (%j) is the base branch’s', (branch) => {
    expect(restoreManifest('web/package.json', '{"name":"a"}', branch)).toBe('{"name":"a"}');
  });

  test('a key that objects have of their own is only a key', () => {
    const restored = restoreManifest(
      'package.json',
      '{"scripts":{"test":"jest"}}',
      '{"__proto__":{"scripts":{"test":"jest"}},"scripts":{}}',
    );
    expect(JSON.parse(restored ?? '{}').scripts).toEqual({ test: 'jest' });
  });
});

describe('TOML', () => {
  test('the tables of judging tools are restored, others stay', () => {
    const base = '[project]\nname = "a"\n[tool.ruff]\nselect = ["ALL"]\n[tool.uv]\ndev = 1\n';
    const branch =
      '[project]\nname = "a"\ndependencies = ["x"]\n[tool.ruff]\nselect = []\n[tool.pytest.ini_options]\naddopts = "-k nothing"\n[tool.uv]\ndev = 2\n';
    expect(parse(restoreManifest('pyproject.toml', base, branch) ?? '')).toEqual({
      project: { name: 'a', dependencies: ['x'] },
      tool: { ruff: { select: ['ALL'] }, uv: { dev: 2 } },
    });
  });

  test('a table that the branch dropped whole comes back', () => {
    expect(
      parse(restoreManifest('pyproject.toml', '[tool.mypy]\nstrict = true\n[tool.uv]\nx = 1\n', '[project]\nname = "a"\n') ?? ''),
    ).toEqual({
      project: { name: 'a' },
      tool: { mypy: { strict: true } },
    });
  });

  test('lints of a crate and of its workspace', () => {
    const branch = '[package]\nname = "a"\n[lints.clippy]\nall = "allow"\n[workspace.lints.rust]\nunused = "allow"\n';
    expect(parse(restoreManifest('Cargo.toml', '[package]\nname = "a"\n', branch) ?? '')).toEqual({
      package: { name: 'a' },
      workspace: {},
    });
  });
});
