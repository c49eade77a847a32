import { posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasProjectFile, packageFile, projectFiles, readProjectFile } from './project.ts';

const PAGES = projectFiles().filter((path) => path.endsWith('.md'));

describe('the documentation', () => {
  it('has the pages that people look for', () => {
    expect(PAGES).toEqual(expect.arrayContaining(['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md']));
  });

  it.each(PAGES)('%s links to files and headings that exist', (page) => {
    const broken = linksIn(readProjectFile(page)).filter((link) => !resolves(page, link));
    expect(broken).toEqual([]);
  });

  it('has every picture that it shows, and shows every picture that it has', () => {
    const shown = PAGES.flatMap((page) => linksIn(readProjectFile(page)).map((link) => posix.join(posix.dirname(page), link)));
    expect([...new Set(shown.filter(isPicture))].toSorted()).toEqual(projectFiles().filter(isPicture).toSorted());
  });

  it.each(PAGES)('%s names only npm scripts that exist', (page) => {
    const { scripts } = packageFile();
    const named = [...readProjectFile(page).matchAll(/\bnpm (?:run ([\w:-]+)|(test|start)\b)/g)].map((match) => match[1] ?? match[2] ?? '');
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe('the npm scripts', () => {
  it('start files that exist', () => {
    const started = Object.values(packageFile().scripts).flatMap((script) => /^node (\S+\.ts)/.exec(script)?.[1] ?? []);
    expect(started.filter((path) => !hasProjectFile(path))).toEqual([]);
  });
});

function isPicture(path: string): boolean {
  return path.endsWith('.png');
}

function linksIn(markdown: string): readonly string[] {
  const prose = markdown.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(<?([^)\s>]+)>?(?:\s+"[^"]*")?\)|^\[[^\]]+\]:\s*(\S+)/gm)]
    .map((match) => match[1] ?? match[2] ?? '')
    .filter((link) => !/^[a-z]+:/i.test(link));
}

function resolves(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : posix.normalize(posix.join(posix.dirname(page), decodeURIComponent(path)));
  if (!hasProjectFile(target)) return false;
  return anchor === undefined || !target.endsWith('.md') || anchorsOf(readProjectFile(target)).includes(anchor);
}

/** As forges make them from headings. */
function anchorsOf(markdown: string): readonly string[] {
  return [...markdown.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').matchAll(/^#+\s+(.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );
}
