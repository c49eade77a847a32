/** Takes secrets out of a text, also where a header's refusal quotes a key that was pasted with a line break in it. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const pieces = secrets.flatMap((secret) => [secret, secret.trim(), ...secret.split(/\s+/)]).filter((piece) => piece.length >= 4);
  const longestFirst = [...new Set(pieces)].sort((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((cleaned, piece) => cleaned.replaceAll(piece, '[secret]'), text);
}
