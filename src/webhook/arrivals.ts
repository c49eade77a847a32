import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { messageOf } from '../errors.ts';
import type { Forge } from '../forge/forge.ts';
import type { Db } from '../store/database.ts';
import { lastDeliveryFrom } from '../store/deliveries.ts';

/** The name under which `/health/ready` tells when each forge last sent something. */
export const ARRIVALS = 'webhooks';

const Ready = z.object({ checks: z.object({ [ARRIVALS]: z.object({ detail: z.string() }) }) });

/** Milliseconds that a forge has to send a test. */
const TEST_MS = 10_000;

/** `github 2030-01-02T03:04:05.678Z, gitea never` */
export async function lastArrivals(db: Db, forges: readonly Forge[]): Promise<string> {
  const told = await Promise.all(forges.map(async ({ name }) => `${name} ${(await lastDeliveryFrom(db, name))?.toISOString() ?? 'never'}`));
  return told.join(', ') || 'no forge is configured';
}

/**
 * Whether a forge that does not tell how its webhooks went reaches the server that runs at `publicUrl`: has it send one, and
 * asks the server whether it came.
 */
export async function checkArrival(forge: Forge, publicUrl: string | null): Promise<{ ok: boolean; detail: string }> {
  if (publicUrl === null) return no('PUBLIC_URL is not set: it is the address at which the forge reaches Signalbox');
  const url = `${publicUrl}/webhooks/${forge.name}`;
  const before = await arrivalAt(publicUrl, forge.name);
  if (before instanceof Error) return no(`no Signalbox answers at ${publicUrl} (${before.message}): start it, then look again`);
  const repository = await forge.sendTest!(url);
  if (repository === null)
    return no(`no repository has a webhook to ${url}: run \`npm exec -- signalbox ${forge.name} install owner/repository\``);
  const begun = Date.now();
  while (Date.now() - begun < TEST_MS) {
    if ((await arrivalAt(publicUrl, forge.name)) !== before) {
      return { ok: true, detail: `a test that ${repository} sent to ${url} arrived` };
    }
    await delay(200);
  }
  return no(
    `a test that ${repository} was asked to send to ${url} did not arrive. Its webhook's page (Settings → Webhooks) says why. “…deny '${new URL(publicUrl).hostname}'…” means that the forge may not send there: set ALLOWED_HOST_LIST under [webhook] in its app.ini, for example to external,private, and restart it. 401 means that GITEA_WEBHOOK_SECRET has changed: run \`npm exec -- signalbox ${forge.name} install ${repository}\``,
  );
}

/** What the server says of the forge's last delivery. */
async function arrivalAt(publicUrl: string, forge: string): Promise<string | Error> {
  try {
    const response = await fetch(`${publicUrl}/health/ready`, { signal: AbortSignal.timeout(5_000), redirect: 'error' });
    const { checks } = Ready.parse(await response.json());
    return new RegExp(`\\b${forge} (\\S+?)(?:,|$)`).exec(checks[ARRIVALS].detail)?.[1] ?? 'never';
  } catch (error) {
    return new Error(messageOf(error instanceof Error && error.cause ? error.cause : error));
  }
}

function no(detail: string): { ok: false; detail: string } {
  return { ok: false, detail };
}
