import { describe, expect } from 'vitest';
import { whilePaused, PAUSE } from './pause.ts';
import { create, submit, turn } from './scripts.ts';
import { REPOSITORY, story, until } from './stage.ts';

/** As a server says it that is told to shut down. */
const AWAY = `
  create function signalbox.away() returns trigger language plpgsql as $$ begin raise exception using errcode = '57P01'; end $$;
  create trigger away before insert on signalbox.steps for each row execute function signalbox.away()`;

describe('a database that is away while an agent works', () => {
  const script = [turn(PAUSE), turn(create('one.txt', 'one\n')), submit('Add a file')];
  story('puts the agent off: it goes on where it was', { script, files: { 'README.md': '# Files\n' } }, async (stage) => {
    const issue = await stage.openIssue('Write a file');
    await stage.ada.label(REPOSITORY, issue, 'agent:worker');
    const { pool } = stage.signalbox.database;
    await whilePaused(stage, () => pool.query(AWAY));
    await until(async () => (await stage.events()).some(({ type }) => type === 'agent.released'), 'the agent to be put off');
    await pool.query('drop trigger away on signalbox.steps');
    const task = await stage.ended(issue);
    expect(task).toMatchObject({ state: 'completed' });
    expect(await stage.truth().file(task.branch!, 'one.txt')).toBe('one\n');
    const told = (await stage.events()).filter(({ type }) => type === 'agent.released' || type === 'agent.resumed');
    expect(told.map(({ type }) => type)).toEqual(['agent.released', 'agent.resumed']);
  });
});
