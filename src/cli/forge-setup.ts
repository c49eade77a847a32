import { Command } from 'commander';
import { readConfig, type Config } from '../config.ts';
import { AGENT_LABELS } from '../domain/agent-labels.ts';
import { SignalboxError } from '../errors.ts';
import type { Forge } from '../forge/forge.ts';

type Forges = (config: Config) => Promise<readonly Forge[]>;

/** Sets a Gitea or Forgejo up: there is no app to install there, so each repository has a webhook of its own. */
export function giteaCommand(forges: Forges): Command {
  const gitea = new Command('gitea').description('sets repositories of a Gitea or Forgejo up');
  gitea
    .command('install')
    .argument('<owner/repository>')
    .description('makes, or brings up to date, the webhook and the labels of a repository; repeat it as often as you like')
    .action((repository: string) => install(forges, repository));
  return gitea;
}

export function githubCommand(forges: Forges): Command {
  const github = new Command('github').description('sets repositories of GitHub up');
  github
    .command('labels')
    .argument('<owner/repository>')
    .description('makes the labels that put an agent to work')
    .action((repository: string) => labels(forges, repository));
  return github;
}

async function labels(forges: Forges, repository: string): Promise<void> {
  await makeLabels(await forgeOf(forges, 'github', 'APP_ID, PRIVATE_KEY_PATH and WEBHOOK_SECRET'), repository);
}

async function install(forges: Forges, repository: string): Promise<void> {
  const forge = await forgeOf(forges, 'gitea', 'GITEA_URL and GITEA_TOKEN');
  const { publicUrl, gitea } = readConfig();
  if (publicUrl === null) throw unset('PUBLIC_URL', 'the address at which Gitea reaches this Signalbox');
  if (!gitea?.webhookSecret) throw unset('GITEA_WEBHOOK_SECRET', 'a long random text, for example of `openssl rand -hex 32`');
  const url = `${publicUrl}/webhooks/gitea`;
  const hook = await forge.ensureWebhook!(repository, url);
  console.log(`✔ webhook    ${hook.made}, to ${url}`);
  await makeLabels(forge, repository);
  console.log('\n`npm run doctor` has Gitea send a delivery, and says whether it arrives.');
}

async function makeLabels(forge: Forge, repository: string): Promise<void> {
  const { created } = await forge.ensureLabels(repository, AGENT_LABELS);
  for (const { name } of AGENT_LABELS) console.log(`✔ label      ${name} ${created.includes(name) ? 'created' : 'was there'}`);
}

async function forgeOf(forges: Forges, name: string, settings: string): Promise<Forge> {
  const forge = (await forges(readConfig())).find((one) => one.name === name);
  if (!forge) throw unset(settings, 'see the README');
  return forge;
}

function unset(name: string, what: string): SignalboxError {
  return new SignalboxError('cli.not-configured', `${name} is not set.`, {
    nextStep: `Set it in the environment or in .env: ${what}.`,
  });
}
