import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseRepositorySettings, RepositorySettings } from '../../src/domain/repository-settings.ts';
import { GATE_PROFILES } from '../../src/domain/task.ts';
import { readProjectFile } from './project.ts';

const EXAMPLE =
  /<!-- signalbox\.yml -->\n```ya?ml\n([\s\S]*?\n)```\n<!-- \/signalbox\.yml -->/.exec(readProjectFile('README.md'))?.[1] ?? '';

describe('the README’s example of .signalbox.yml', () => {
  it('is there', () => {
    expect(EXAMPLE).not.toBe('');
  });

  it('has no problem', () => {
    expect(parseRepositorySettings(EXAMPLE)).not.toHaveProperty('problems');
  });

  it('mentions every key', () => {
    const document: unknown = parse(EXAMPLE);
    expect(Object.keys(Object(document)).toSorted()).toEqual(Object.keys(RepositorySettings.shape).toSorted());
  });

  it('says every profile', () => {
    const line = EXAMPLE.split('\n').find((one) => one.startsWith('profile:')) ?? '';
    expect(GATE_PROFILES.filter((profile) => !line.includes(profile))).toEqual([]);
  });
});
