import { HookConfig, HookDelivery } from './answers.ts';
import type { GithubClient, Octokit } from './client.ts';
import { toFailedCheck } from '../errors.ts';
import { isGone } from './errors.ts';
import { isLoopback, shownAddress } from './webhook-address.ts';
import { remedyFor } from './webhook-remedy.ts';

interface Verdict {
  readonly ok: boolean;
  readonly detail: string;
}

/** As many as tell how it goes now; GitHub keeps deliveries for a few days. */
const LOOKED_AT = 10;

const REDELIVER = 'Redeliver (the App’s settings, Advanced, Recent deliveries)';

/** Where the App's webhook leads, and how its last deliveries went: https://docs.github.com/en/rest/apps/webhooks */
export async function checkWebhook(client: GithubClient, apiUrl: string, path: string): Promise<Verdict> {
  try {
    return await client.asApp('ask GitHub about the webhook', async (octokit) => {
      const config = await readConfig(octokit);
      const fault = faultIn(config, apiUrl, path);
      return fault === null ? judge(await readDeliveries(octokit), config.url ?? '') : { ok: false, detail: fault };
    });
  } catch (error) {
    return toFailedCheck(error);
  }
}

async function readConfig(octokit: Octokit): Promise<HookConfig> {
  try {
    return HookConfig.parse((await octokit.request('GET /app/hook/config')).data);
  } catch (error) {
    if (isGone(error)) return HookConfig.parse({});
    throw error;
  }
}

async function readDeliveries(octokit: Octokit): Promise<HookDelivery[]> {
  const { data } = await octokit.request('GET /app/hook/deliveries', { per_page: LOOKED_AT });
  return HookDelivery.array().parse(data);
}

/** What no delivery needs to be tried for. */
function faultIn(config: HookConfig, apiUrl: string, path: string): string | null {
  const ours = `https://YOUR-SERVER${path}`;
  if (!config.url) return `The GitHub App has no webhook URL: set ${ours} in its settings, and make the webhook active.`;
  const shown = shownAddress(config.url);
  if (!URL.canParse(config.url) || !new URL(config.url).pathname.endsWith(path)) {
    return `The GitHub App sends webhooks to ${shown}, where nothing listens: set ${ours} in its settings.`;
  }
  if (isLoopback(config.url) && !isLoopback(apiUrl)) {
    return `The GitHub App sends webhooks to ${shown}, which only this machine can reach: set an address that GitHub reaches in its settings.`;
  }
  if (config.content_type === 'form') {
    return 'The GitHub App sends webhooks as forms, which are refused: set the content type application/json in its settings.';
  }
  if (!config.secret)
    return 'The GitHub App has no webhook secret, so its deliveries are refused: set the one of WEBHOOK_SECRET in its settings.';
  return null;
}

function judge(deliveries: readonly HookDelivery[], url: string): Verdict {
  const shown = shownAddress(url);
  const [newest] = deliveries;
  if (newest === undefined) {
    return {
      ok: false,
      detail: `GitHub has sent nothing to ${shown} in the last days: install the App on a repository, or put a label on one of its issues, then look again.`,
    };
  }
  const what = `${newest.action ? `${newest.event}.${newest.action}` : newest.event}, ${newest.delivered_at.toISOString()}`;
  if (!isTaken(newest)) {
    const { fault, step } = remedyFor(newest);
    return { ok: false, detail: `The newest delivery to ${shown} (${what}) failed: ${fault}. ${step}, then choose ${REDELIVER}.` };
  }
  const failed = deliveries.filter((one) => !isTaken(one)).length;
  const others = failed === 0 ? '' : `; ${failed} of the last ${deliveries.length} failed, for which there is ${REDELIVER}`;
  return { ok: true, detail: `GitHub reaches ${shown} (${what})${others}${openTo(url)}` };
}

function isTaken({ status_code: status }: HookDelivery): boolean {
  return status >= 200 && status < 300;
}

/** A signature keeps a delivery whole, and hides nothing of it. */
function openTo(url: string): string {
  if (new URL(url).protocol === 'https:' || isLoopback(url)) return '';
  return '; it is plain http, which whoever is on the way can read: put a server with a certificate in front';
}
