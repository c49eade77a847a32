import type { SecretPlace } from './secret-lint.ts';

/** Shorter values would be found everywhere. */
const MIN_LENGTH = 8;

export interface ForbiddenValues {
  findIn(text: string): readonly SecretPlace[];
}

/** Finds exact values, as they are, URL-encoded, or somewhere within base64. */
export function forbiddenValues(values: readonly string[]): ForbiddenValues {
  const needles = new Set(
    values.filter((value) => value.length >= MIN_LENGTH).flatMap((value) => [value, encodeURIComponent(value), ...withinBase64(value)]),
  );
  return {
    findIn(text) {
      const places: SecretPlace[] = [];
      for (const needle of needles) {
        for (let at = text.indexOf(needle); at !== -1; at = text.indexOf(needle, at + needle.length)) {
          const line = text.slice(0, at).split('\n').length;
          places.push({ line, endLine: line + needle.split('\n').length - 1, rule: 'operator-secret' });
        }
      }
      return places;
    },
  };
}

/** The characters that a value has in base64 whatever stands around it: one string for each of three alignments. */
function withinBase64(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8');
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const first = Math.ceil((offset * 8) / 6);
    const whole = Math.floor(((offset + bytes.length) * 8) / 6);
    return encoded.slice(first, whole);
  });
}
