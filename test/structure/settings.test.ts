import { describe, expect, it } from 'vitest';
import { SETTINGS } from '../../src/config.ts';
import { renderEnvExample, renderSettingsTable } from '../../src/settings.ts';
import { readProjectFile } from './project.ts';

describe('the settings', () => {
  it('are those of .env.example', () => {
    expect(readProjectFile('.env.example')).toBe(renderEnvExample(SETTINGS));
  });

  it('are those of the README’s table', () => {
    const table = /<!-- settings -->\n([\s\S]*?)\n<!-- \/settings -->/.exec(readProjectFile('README.md'))?.[1];
    expect(table?.trim()).toBe(renderSettingsTable(SETTINGS).trim());
  });

  it('are each described in a sentence', () => {
    for (const { name, description } of SETTINGS) expect(description, name).toMatch(/^\S.+\.$/);
  });

  it('are marked as secret where the name says so', () => {
    const named = SETTINGS.filter(({ name }) => /(KEY|SECRET|PASSWORD|TOKEN|DATABASE_URL)$/.test(name));
    expect(named.filter(({ secret }) => !secret).map(({ name }) => name)).toEqual([]);
  });

  it.each([
    ['ORCHESTRATOR_PORT', '3001'],
    ['DATA_DIR', './data'],
    ['DATABASE_URL', null],
    ['VALKEY_HOST', null],
    ['APP_ID', null],
    ['PRIVATE_KEY', null],
    ['PRIVATE_KEY_PATH', null],
    ['WEBHOOK_SECRET', null],
    ['GITHUB_API_URL', 'https://api.github.com'],
    ['AI_PROVIDER', 'claude'],
    ['CLAUDE_API_KEY', null],
    ['ANTHROPIC_BASE_URL', null],
    ['SANDBOX_ENABLED', 'true'],
    ['SANDBOX_DEFAULT_MEMORY_MB', '256'],
    ['MAX_CONCURRENT_AGENTS', '2'],
    ['ORCHESTRATOR_QUEUE_CONCURRENCY', '1'],
  ])('keep the name %s and its default, which people rely on', (name, standard) => {
    expect(SETTINGS.find((setting) => setting.name === name)).toMatchObject({ default: standard });
  });

  it.each(['VALKEY_PORT', 'AI_MODEL', 'SANDBOX_IMAGE', 'LOG_LEVEL'])('keep the name %s', (name) => {
    expect(SETTINGS.map((setting) => setting.name)).toContain(name);
  });
});
