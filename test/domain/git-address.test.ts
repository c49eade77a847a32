import { describe, expect, it } from 'vitest';
import { isAllowed, readGitAddress } from '../../src/domain/git-address.ts';

function addressOf(text: string, leastParts?: number): string {
  const read = readGitAddress(text, leastParts);
  return 'address' in read ? read.address : `refused: ${read.refused}`;
}

describe('the address of a repository', () => {
  it.each([
    ['https://git.example.com/team/app', 'https://git.example.com/team/app'],
    ['https://git.example.com/team/app/', 'https://git.example.com/team/app'],
    ['https://git.example.com/team/app.git', 'https://git.example.com/team/app.git'],
    ['HTTPS://Git.Example.COM:443/Team/App', 'https://git.example.com/Team/App'],
    ['https://git.example.com:8443/app', 'https://git.example.com:8443/app'],
    ['http://git.example.com/app', 'http://git.example.com/app'],
    ['https://git.example.com/~ada/my%20app', 'https://git.example.com/~ada/my%20app'],
    ['https://git.example.com/te%61m/app', 'https://git.example.com/team/app'],
    ['https://git.example.com/team/x/../app', 'https://git.example.com/team/app'],
    ['https://git.example.com/team/%2e%2E/app', 'https://git.example.com/app'],
    ['https://git.example.com\\team\\app', 'https://git.example.com/team/app'],
    [' https://git.exa\tmple.com/team/a\npp ', 'https://git.example.com/team/app'],
    ['https://git.example.com/größe/app', 'https://git.example.com/gr%C3%B6%C3%9Fe/app'],
  ])('%j is %s', (text, address) => {
    expect(addressOf(text)).toBe(address);
    expect(addressOf(address)).toBe(address);
  });

  it.each([
    ['https://ada:token@git.example.com/app', 'Leave user name and password out'],
    ['https://ada@git.example.com/app', 'Leave user name and password out'],
    ['https://:token@git.example.com/app', 'Leave user name and password out'],
    ['https://git.example.com%40evil.example/app', 'begins with https://'],
    ['ssh://git@git.example.com/team/app', 'not over SSH'],
    ['git+ssh://git.example.com/team/app', 'not over SSH'],
    ['git@git.example.com:team/app.git', 'not over SSH'],
    ['git://git.example.com/team/app', 'begins with https://'],
    ['file:///etc/app', 'begins with https://'],
    ['ext::sh -c whoami', 'begins with https://'],
    ['/srv/git/app', 'begins with https://'],
    ['--upload-pack=whoami', 'begins with https://'],
    ['', 'begins with https://'],
    ['https://git.example.com/', 'names no repository'],
    ['https://git.example.com/team/..', 'names no repository'],
    ['https://git.example.com/team%2fother/app', 'The path'],
    ['https://git.example.com/team/..%2fother/app', 'The path'],
    ['https://git.example.com/team/%2e%2e%5cother', 'The path'],
    ['https://git.example.com/team/%252e%252e/other', 'The path'],
    ['https://git.example.com/team/..;/other', 'The path'],
    ['https://git.example.com/team/.../other', 'The path'],
    ['https://git.example.com/team/..%20/other', 'The path'],
    ['https://git.example.com/team/%c0%ae%c0%ae/other', 'The path'],
    ['https://git.example.com/team/．．/other', 'The path'],
    ['https://git.example.com/team/a%00b', 'The path'],
    ['https://git.example.com/team/a%0d%0aHost:b', 'The path'],
    ['https://git.example.com/team//app', 'The path'],
    ['https://git.example.com//team/app', 'The path'],
    ['https://git.example.com/team/a,b', 'The path'],
    ['https://git.example.com/team/app?x=1', 'before any ? or #'],
    ['https://git.example.com/team/app#x', 'before any ? or #'],
    ['https://*.example.com/team', 'stands for nothing'],
    [`https://git.example.com/${'a'.repeat(500)}`, 'longer than 500'],
  ])('%j is refused', (text, why) => {
    expect(addressOf(text)).toContain(`refused: `);
    expect(addressOf(text)).toContain(why);
  });
});

describe('what is allowed', () => {
  const allows = (allowed: string, text: string) => {
    const read = readGitAddress(text);
    return 'address' in read && isAllowed(read.address, addressOf(allowed, 0));
  };

  it.each([
    ['https://git.example.com/team/', 'https://git.example.com/team/app'],
    ['https://git.example.com/team', 'https://git.example.com/team/app'],
    ['https://git.example.com/team/', 'https://git.example.com/team/group/app.git'],
    ['https://git.example.com', 'https://git.example.com/app'],
    ['https://git.example.com/', 'https://git.example.com/team/app'],
    ['https://git.example.com/team/app.git', 'https://git.example.com/team/app'],
    ['https://git.example.com/team/app.git', 'https://git.example.com/team/app.git/'],
    ['https://git.example.com/team/app', 'https://git.example.com/team/app.git'],
    ['https://Git.Example.com:443/team', 'https://git.example.com/team/app'],
    ['http://git.example.com/team', 'http://git.example.com:80/team/app'],
    ['https://git.example.com/team', 'https://git.example.com/other/../team/app'],
    ['https://git.example.com/te%61m', 'https://git.example.com/t%65am/app'],
  ])('%s allows %s', (allowed, text) => {
    expect(allows(allowed, text)).toBe(true);
  });

  it.each([
    ['https://git.example.com/team', 'https://git.example.com/team-evil/app'],
    ['https://git.example.com/team', 'https://git.example.com/teams'],
    ['https://git.example.com/team', 'https://git.example.com/team.'],
    ['https://git.example.com/team', 'https://git.example.com/Team/app'],
    ['https://git.example.com/team', 'https://git.example.com/team/../other/app'],
    ['https://git.example.com/team', 'https://git.example.com/team/%2e%2e/other/app'],
    ['https://git.example.com/team', 'https://git.example.com/team/..%2fother/app'],
    ['https://git.example.com/team', 'https://git.example.com/team%2f..%2fother/app'],
    ['https://git.example.com/team', 'https://git.example.com\\team\\..\\other'],
    ['https://git.example.com/team', 'https://git.example.com:8443/team/app'],
    ['https://git.example.com/team', 'http://git.example.com/team/app'],
    ['https://git.example.com/team', 'https://git.example.com./team/app'],
    ['https://git.example.com/team', 'https://git.example.com.evil.example/team/app'],
    ['https://git.example.com/team', 'https://evil.example/https://git.example.com/team/app'],
    ['https://git.example.com/team', 'https://git.example.com@evil.example/team/app'],
    ['https://git.example.com/team', 'https://evil.example\\@git.example.com/team/app'],
    ['https://git.example.com/team', 'https://evil.example#@git.example.com/team/app'],
    ['https://git.example.com/team/app', 'https://git.example.com/team/app.git/other'],
    ['https://git.example.com/team/app.git', 'https://git.example.com/team/app.git/other'],
    ['https://git.example.com/team/app.git', 'https://git.example.com/team/app/other'],
    ['https://git.example.com/team/app.git', 'https://git.example.com/team/app2'],
  ])('%s does not allow %s', (allowed, text) => {
    expect(allows(allowed, text)).toBe(false);
  });
});
