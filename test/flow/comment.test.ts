import { describe, expect } from 'vitest';
import { COMMANDS } from '../../src/commands/registry.ts';
import { handled, openings, replies } from './look.ts';
import { create, MEND, submit, turn } from './scripts.ts';
import { REPOSITORY, story } from './stage.ts';

describe('a comment', () => {
  story('runs an agent with the profile, the priority and the words that it names', { script: MEND }, async (stage) => {
    const issue = await stage.openIssue('duration(119) says 2 minutes', 'It should say 1 min 59 s.');
    const comment = await stage.ada.comment(
      REPOSITORY,
      issue,
      '/agent run worker --profile minimal --priority 3 leave the README alone\n\nThanks!',
    );
    const task = await stage.ended(issue);

    expect(task).toMatchObject({
      state: 'completed',
      profile: 'minimal',
      priority: 3,
      agentType: 'worker',
      instruction: 'leave the README alone\n\nThanks!',
    });
    const checks = await stage.truth().checks(task.headSha!);
    expect(checks.map(({ name }) => name).sort()).toEqual(['signalbox/agent', 'signalbox/test']);
    const [opening] = openings(stage);
    expect(opening).toMatch(/<words-\w+ from="@ada" may-write="yes" what="instruction">\nleave the README alone\n\nThanks!\n/);
    expect(opening).toContain('profile minimal');
    const page = new URL(checks.find(({ name }) => name === 'signalbox/agent')!.detailsUrl).pathname;
    const transcript = await (await fetch(stage.signalbox.url! + page, { headers: { accept: 'text/html' } })).text();
    for (const part of ['leave the README alone', 'str_replace', 'submit']) expect(transcript).toContain(part);
    const seen = stage
      .truth()
      .comments(issue)
      .find(({ id }) => id === comment.id);
    expect(seen!.reactions).toEqual([{ content: 'eyes', by: stage.forge.botLogin }]);
  });

  const goOn = [
    { when: 'already carries work', turns: [turn(create('NOTES.md', 'Minutes are cut off.\n')), submit('Say so in a note')] },
    { turns: MEND },
  ];
  story('on the agent’s pull request goes on with its branch', { script: goOn }, async (stage) => {
    const issue = await stage.openIssue('duration(119) says 2 minutes');
    await stage.ada.comment(REPOSITORY, issue, '/agent run');
    const first = await stage.ended(issue);
    await stage.ada.comment(REPOSITORY, first.pullRequest!, '/agent run say so in a note as well');
    const second = await stage.ended(issue, 2);
    expect(second).toMatchObject({
      state: 'completed',
      branch: first.branch,
      pullRequest: first.pullRequest,
      askedOn: first.pullRequest,
      continues: first.id,
    });
    const [pull, ...more] = stage.truth().pulls();
    expect(more).toEqual([]);
    expect(pull).toMatchObject({ headSha: second.headSha, commits: 2 });
    const checks = await stage.truth().checks(second.headSha!);
    expect(checks.map(({ status }) => status)).toEqual(checks.map(() => 'completed'));
    expect(replies(stage, issue)).toEqual([]);
  });
});

describe('a command that starts nothing', () => {
  const aside: [string, string][] = [
    ['in a quote', '> /agent run\n\nI would not.'],
    ['in a code block', 'Write this:\n\n```\n/agent run\n```'],
    ['in code', '`/agent run`'],
    ['in the middle of a line', 'please /agent run'],
    ['in a hidden comment', '<!--\n/agent run\n-->'],
    ['in a list', '- /agent run'],
  ];
  story('stands in a quote, in code, in a list, in a hidden comment or in the middle of a line', { script: [] }, async (stage) => {
    const issue = await stage.openIssue('Nothing is asked');
    for (const [, body] of aside) await stage.ada.comment(REPOSITORY, issue, body);
    await handled(stage);
    expect(await stage.tasks()).toEqual([]);
    expect(
      stage
        .truth()
        .comments(issue)
        .map(({ body }) => body),
    ).toEqual(aside.map(([, body]) => body));
  });

  story('was written into a comment afterwards', { script: [] }, async (stage) => {
    const issue = await stage.openIssue('Nothing is asked');
    const comment = await stage.ada.comment(REPOSITORY, issue, 'I wonder.');
    await stage.ada.editComment(REPOSITORY, comment.id, '/agent run');
    await stage.ada.editIssue(REPOSITORY, issue, { body: '/agent run' });
    await handled(stage);
    expect(await stage.tasks()).toEqual([]);
    expect(stage.truth().comments(issue)).toHaveLength(1);
  });

  story('is unknown, or has an option that is: one reply says what there is', { script: [] }, async (stage) => {
    const issue = await stage.openIssue('Ask wrongly');
    await stage.ada.comment(REPOSITORY, issue, '/agent dance');
    await stage.ada.comment(REPOSITORY, issue, '/agent run --fast');
    await stage.ada.comment(REPOSITORY, issue, '/agent run --priority 11');
    await stage.ada.comment(REPOSITORY, issue, '/agent');
    await stage.ada.comment(REPOSITORY, issue, '/agent @everyone <b>');
    await handled(stage);
    expect(await stage.tasks()).toEqual([]);
    const [dance, fast, priority, nothing, odd, ...more] = replies(stage, issue);
    for (const { name } of COMMANDS) expect(dance).toContain(`\`${name}\``);
    expect(dance).toContain('`/agent dance` is not a command.');
    expect(fast).toMatch(/`--fast` is not an option here; there are `--profile`, `--priority`[^]*\/agent run \[worker/);
    expect(priority).toContain('from 1 (first) to 10 (last)');
    expect(nothing).toContain('That is not a command.');
    expect(odd).toContain('That is not a command.');
    expect(odd).not.toContain('@everyone');
    expect(more).toEqual([]);
  });
});

describe('a question', () => {
  story('help: names every command, from the commands themselves', { script: [] }, async (stage) => {
    const issue = await stage.openIssue('What can you do?');
    await stage.ada.comment(REPOSITORY, issue, '/agent help');
    await handled(stage);
    const [help, ...more] = replies(stage, issue);
    expect(more).toEqual([]);
    for (const { usage, summary } of COMMANDS) {
      expect(help).toContain(usage.replaceAll('|', '\\|'));
      expect(help).toContain(summary);
    }
  });

  story('status: before there is an agent, and after it', { script: MEND }, async (stage) => {
    const issue = await stage.openIssue('duration(119) says 2 minutes');
    await stage.ada.comment(REPOSITORY, issue, '/agent status');
    await handled(stage);
    await stage.ada.comment(REPOSITORY, issue, '/agent run');
    const task = await stage.ended(issue);
    await stage.ada.comment(REPOSITORY, issue, '/agent status');
    await stage.ada.comment(REPOSITORY, task.pullRequest!, '/agent status');
    await handled(stage);
    const [before, after] = replies(stage, issue);
    expect(before).toContain('No agent has been at work here.');
    expect(after).toContain(`✅ **Done.** The work is in pull request #${task.pullRequest}`);
    expect(replies(stage, task.pullRequest!)).toEqual([expect.stringContaining('✅ **Done.**')]);
  });

  story('kill and retry: say that there is nothing to do it to', { script: [] }, async (stage) => {
    const issue = await stage.openIssue('Nothing yet');
    await stage.ada.comment(REPOSITORY, issue, '/agent kill\n\n/agent retry');
    await handled(stage);
    expect(replies(stage, issue)).toEqual([
      expect.stringContaining('No agent has been at work here.'),
      expect.stringContaining('nothing to retry'),
    ]);
    expect(await stage.tasks()).toEqual([]);
  });
});

describe('several commands in one comment', () => {
  story('are all done, in their order', { script: MEND }, async (stage) => {
    const issue = await stage.openIssue('duration(119) says 2 minutes');
    await stage.ada.comment(REPOSITORY, issue, '/agent status\n/agent run worker --profile minimal\nbriefly\n\n/agent help');
    const task = await stage.ended(issue);
    await handled(stage);
    expect(task).toMatchObject({ state: 'completed', profile: 'minimal', instruction: 'briefly' });
    expect(replies(stage, issue)).toEqual([
      expect.stringContaining('No agent has been at work here.'),
      expect.stringContaining('| command |'),
    ]);
    expect(await stage.tasks()).toHaveLength(1);
  });
});
