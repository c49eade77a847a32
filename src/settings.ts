import type { z } from 'zod';

/** One setting as documentation needs it. */
export interface Setting {
  readonly name: string;
  readonly description: string;
  /** As a person would write it; null when there is none. */
  readonly default: string | null;
  readonly secret: boolean;
}

/** Reads names, descriptions and defaults out of a schema of environment variables. */
export function settingsIn(schema: z.ZodObject): readonly Setting[] {
  return Object.entries(schema.shape).map(([name, field]) => {
    const type = field as z.ZodType;
    const absent = type.safeParse(undefined);
    return {
      name,
      description: type.description ?? '',
      default: absent.success ? written(absent.data) : null,
      secret: secretIn(type),
    };
  });
}

/** The whole of `.env.example`. */
export function renderEnvExample(settings: readonly Setting[]): string {
  const blocks = settings.map(
    (setting) => `# ${setting.description}\n${setting.default ? `# ${setting.name}=${setting.default}` : `${setting.name}=`}\n`,
  );
  return `# Copy this file to .env and fill in what you need. An empty value counts as unset.\n\n${blocks.join('\n')}`;
}

/** The table of settings, in Markdown. */
export function renderSettingsTable(settings: readonly Setting[]): string {
  const rows = settings.map(
    (setting) =>
      `| \`${setting.name}\` | ${setting.default ? `\`${setting.default}\`` : ''} | ${setting.description.replaceAll('|', '\\|')} |`,
  );
  return ['| setting | default | what it is |', '|---|---|---|', ...rows].join('\n');
}

/** A list is written with commas. */
function written(value: unknown): string | null {
  if (Array.isArray(value)) return value.join(',');
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

function secretIn(type: z.ZodType): boolean {
  for (let current: z.ZodType | undefined = type; current; current = inner(current)) {
    if (current.meta()?.['secret'] === true) return true;
  }
  return false;
}

function inner(type: z.ZodType): z.ZodType | undefined {
  return (type.def as { innerType?: z.ZodType }).innerType;
}
