import { describe, expect, it } from 'vitest';
import type { AnyForge } from '../../src/forge/forge.ts';
import { createGit } from '../../src/forge/git/git.ts';
import { locateBelow } from '../../src/forge/locate.ts';
import { findPlace } from '../../src/tasks/find-place.ts';
import { placeOf, readWorkItems } from '../../src/tasks/work-items.ts';

/** As much of a forge as is asked: where its pages are. */
function forgeAt(name: string, base: string): AnyForge {
  return { name, locate: (text: string) => locateBelow(base, text) } as unknown as AnyForge;
}
const github = forgeAt('github', 'https://github.com');
const gitea = forgeAt('home', 'https://git.example:8443/forge');
const both = [github, gitea];

function found(forges: AnyForge[], text: string, name?: string) {
  const place = findPlace(forges, text, name);
  return typeof place === 'string' ? place : [place.forge.name, place.repository, place.number];
}

describe('a place', () => {
  it.each([
    ['https://github.com/acme/app', ['github', 'acme/app', null]],
    ['https://github.com/acme/app/', ['github', 'acme/app', null]],
    ['https://GitHub.com:443/acme/app.git', ['github', 'acme/app', null]],
    ['git@github.com:acme/app.git', ['github', 'acme/app', null]],
    ['ssh://git@github.com/acme/app', ['github', 'acme/app', null]],
    ['https://github.com/acme/app/issues/7', ['github', 'acme/app', 7]],
    ['https://github.com/acme/app/pull/7/files?w=1#diff', ['github', 'acme/app', 7]],
    ['https://git.example:8443/forge/acme/a.b_c/pulls/12', ['home', 'acme/a.b_c', 12]],
    ['https://git.example:8443/forge/acme/app.git', ['home', 'acme/app', null]],
  ])('is %s', (text, expected) => {
    expect(found(both, text)).toEqual(expected);
  });

  it.each([
    ['https://git.example/forge/acme/app', 'No forge'],
    ['https://git.example:8443/acme/app', 'No forge'],
    ['http://github.com/acme/app', 'No forge'],
    ['https://github.com.evil.example/acme/app', 'No forge'],
    ['https://evil.example/https://github.com/acme/app', 'No forge'],
    ['https://github.com/acme', 'No forge'],
    ['https://ada:token@github.com/acme/app', 'Leave user name and password out'],
    ['file:///acme/app', 'No forge'],
    ['app', 'No forge'],
    ['', 'No forge'],
    ['acme/app', 'Several forges'],
  ])('is not %s', (text, sentence) => {
    expect(found(both, text)).toContain(sentence);
  });

  it('is a name alone where one forge can be meant', () => {
    expect(found([github], 'acme/app')).toEqual(['github', 'acme/app', null]);
    expect(found(both, 'acme/app', 'home')).toEqual(['home', 'acme/app', null]);
    expect(found(both, 'acme/app', 'none')).toContain('There is github, home.');
    expect(found([], 'acme/app')).toContain('None is configured.');
  });
});

describe('a place that is only git', () => {
  const readHead = () => Promise.resolve('main');
  const git = createGit({ urls: ['https://git.example/team', 'https://github.com/'], credentialsPath: null, readHead });
  const all = [github, git];

  it.each([
    ['https://git.example/team/app', ['git', 'https://git.example/team/app', null]],
    ['https://github.com/acme/app', ['github', 'acme/app', null]],
    ['https://github.com/only-git', ['git', 'https://github.com/only-git', null]],
    ['acme/app', ['github', 'acme/app', null]],
  ])('is, or is not: %s', (text, expected) => {
    expect(found(all, text)).toEqual(expected);
  });

  it.each([
    ['https://git.example/other/app', 'GIT_URLS has https://git.example/team, https://github.com/.'],
    ['git@git.example:team/app', 'not over SSH'],
    ['https://ada:token@git.example/team/app', 'Leave user name and password out'],
  ])('is not %s', (text, sentence) => {
    expect(found(all, text)).toContain(sentence);
    expect(found(all, text)).not.toContain('token@');
  });

  it('can be named where the address is a forge’s too', () => {
    expect(found(all, 'https://github.com/acme/app', 'git')).toEqual(['git', 'https://github.com/acme/app', null]);
  });
});

describe('work items', () => {
  const read = (workItems: (number | string)[], rest: object = {}) => {
    const context = { repository: 'acme/app', workItems, ...rest };
    const place = placeOf([github], context);
    return typeof place === 'string' ? place : readWorkItems(context, place);
  };

  it.each([
    [[7], { number: 7, instruction: null }],
    [['#7'], { number: 7, instruction: null }],
    [['https://github.com/acme/app/pull/7'], { number: 7, instruction: null }],
    [['Mend it.', 7], { number: 7, instruction: 'Mend it.' }],
    [[7, 8, '#9'], { number: 7, instruction: 'It also concerns #8, #9.' }],
    [['Mend it.'], { number: null, instruction: 'Mend it.' }],
    [['https://github.com/acme/app', 'Mend it.'], { number: null, instruction: 'Mend it.' }],
    [['https://github.com/acme/app'], { number: null, instruction: null }],
    [[7, 'https://github.com/other/app/issues/8'], { number: 7, instruction: 'https://github.com/other/app/issues/8' }],
    [[7, 'as in https://github.com/acme/app/issues/8'], { number: 7, instruction: 'as in https://github.com/acme/app/issues/8' }],
  ])('%j', (items, expected) => {
    expect(read(items)).toEqual(expected);
  });

  it('tell where it is, when nothing else does', () => {
    const items = ['Mend it.', 'https://github.com/acme/app/issues/7'];
    expect(read(items, { repository: undefined })).toEqual({ number: 7, instruction: 'Mend it.' });
    expect(read(['Mend it.'], { repository: undefined })).toContain('Say which repository');
    expect(read([3], { repository: 'https://github.com/acme/app/issues/7' })).toEqual({ number: 3, instruction: null });
  });
});
