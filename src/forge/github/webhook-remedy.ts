import type { HookDelivery } from './answers.ts';

interface Remedy {
  /** What happened, as the end of a sentence. */
  readonly fault: string;
  readonly step: string;
}

const ADDRESS = 'Set the address of this server in the settings of the App';
const BEHIND = 'Start Signalbox (`npm start`), and see that the proxy in front of it leads to ORCHESTRATOR_PORT';

const ANSWERS: Readonly<Record<number, Remedy>> = {
  400: { fault: 'it was answered 400, not a delivery', step: 'Set the content type application/json in the settings of the App' },
  401: {
    fault: 'it was answered 401, so WEBHOOK_SECRET and the webhook secret in the settings of the App differ',
    step: 'Set both to the same',
  },
  403: {
    fault: 'it was answered 403 by something in front of Signalbox',
    step: 'Let GitHub through (https://api.github.com/meta lists where it comes from)',
  },
  404: { fault: 'it was answered 404, so it is not Signalbox that listens there', step: ADDRESS },
  405: { fault: 'it was answered 405, so it is not Signalbox that listens there', step: ADDRESS },
  413: { fault: 'it was answered 413, too large', step: 'Let the proxy in front of Signalbox take bodies of 25 MB' },
  502: { fault: 'it was answered 502, so the server behind that address does not run', step: BEHIND },
  503: { fault: 'it was answered 503, so the server behind that address is not ready', step: BEHIND },
  504: { fault: 'it was answered 504, so the server behind that address did not answer in time', step: BEHIND },
};

/** What a person does about a delivery that failed. */
export function remedyFor({ status, status_code: code }: Pick<HookDelivery, 'status' | 'status_code'>): Remedy {
  const known = ANSWERS[code];
  if (known) return known;
  if (code >= 300 && code < 400) {
    return {
      fault: `it was answered ${code}, and GitHub follows no redirect`,
      step: 'Set the address that it leads to in the settings of the App',
    };
  }
  if (code >= 400) return { fault: `it was answered ${code}`, step: 'Look into the log of the server for what went wrong' };
  return unanswered(status.replace(/\s+/g, ' ').slice(0, 100));
}

/** https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/troubleshooting-webhooks */
function unanswered(words: string): Remedy {
  const fault = `GitHub got no answer (${words})`;
  if (/certificate|ssl|tls/i.test(words)) return { fault, step: 'Give that address a certificate that the public trusts' };
  if (/time/i.test(words)) return { fault, step: 'See that the server answers from outside within 10 seconds' };
  return { fault, step: 'See that Signalbox runs, that the name leads to it, and that its firewall lets GitHub in' };
}
