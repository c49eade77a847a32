import { Command, Option } from 'commander';
import { z } from 'zod';
import { ROLES } from '../domain/role.ts';
import { answer, asking, wholeNumber, type AskOptions } from './answer.ts';

type CreateOptions = AskOptions & { readonly role: string; readonly days?: number };

const Token = z.looseObject({
  id: z.string(),
  name: z.string(),
  role: z.string(),
  createdBy: z.string(),
  lastUsedAt: z.string().nullable(),
  expiresAt: z.string().nullable(),
  revokedAt: z.string().nullable(),
});
type Token = z.infer<typeof Token>;

export function tokenCommand(): Command {
  const token = new Command('token').description('who may use the HTTP API, and what for');
  for (const command of [createCommand(), listCommand(), revokeCommand()]) token.addCommand(command);
  return token;
}

function createCommand(): Command {
  return asking('create', 'makes a token, which is shown once')
    .argument('<name>', 'who or what uses it, for the audit log')
    .addOption(
      new Option('--role <role>', 'viewer looks, operator starts and stops work, admin does everything').choices(ROLES).default('viewer'),
    )
    .option('--days <number>', 'how long it is valid; without it, until it is revoked', wholeNumber)
    .action((name: string, options: CreateOptions) =>
      answer(options, async (api) => {
        const wish = { name, role: options.role, expiresInDays: options.days };
        const json = await api.call('POST', '/tokens', Token.extend({ token: z.string() }), wish);
        return { json, text: json.token };
      }),
    );
}

function listCommand(): Command {
  return asking('list', 'all tokens').action((options: AskOptions) =>
    answer(options, async (api) => {
      const json = await api.call('GET', '/tokens', z.looseObject({ tokens: z.array(Token) }));
      return { json, text: json.tokens.length === 0 ? 'No token was made yet.' : json.tokens.map(line).join('\n') };
    }),
  );
}

function revokeCommand(): Command {
  return asking('revoke', 'makes a token invalid at once')
    .argument('<id>', 'as `signalbox token list` shows it')
    .action((id: string, options: AskOptions) =>
      answer(options, async (api) => {
        const json = await api.call('DELETE', `/tokens/${encodeURIComponent(id)}`, Token);
        return { json, text: `${json.name} is revoked.` };
      }),
    );
}

function line({ id, name, role, createdBy, lastUsedAt, expiresAt, revokedAt }: Token): string {
  const end = revokedAt ? `revoked ${day(revokedAt)}` : expiresAt ? `valid until ${day(expiresAt)}` : 'valid';
  return `${id}  ${role.padEnd(8)}  ${name}: made by ${createdBy}, ${lastUsedAt ? `last used ${day(lastUsedAt)}` : 'never used'}, ${end}`;
}

function day(instant: string): string {
  return instant.slice(0, 10);
}
