import { XMLParser } from 'fast-xml-parser';

const MAX_XML_CHARS = 16 * 1024 * 1024;
/** An element that always becomes a list, so that one and many read alike. */
const LISTS = new Set(['testsuite', 'testcase', 'failure', 'error', 'skipped', 'package', 'class', 'line', 'source']);
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * A report as plain objects: attributes as `@name`, text as `#text`, both as strings. The text comes out of the
 * sandbox, so entities are not expanded (only the five named and the numeric ones, afterwards, in `decodeXml`), and a
 * document that declares a DOCTYPE is refused.
 */
export function parseXml(text: string): unknown {
  if (text.length > MAX_XML_CHARS || !text.includes('<')) return null;
  if (/^\s*(<\?[^>]*\?>|<!--[\s\S]*?-->|\s)*<!DOCTYPE/i.test(text.slice(0, 65_536))) return null;
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    textNodeName: '#text',
    alwaysCreateTextNode: true,
    processEntities: false,
    parseTagValue: false,
    parseAttributeValue: false,
    trimValues: false,
    maxNestedTags: 64,
    isArray: (name) => LISTS.has(name),
  });
  try {
    return parser.parse(text);
  } catch {
    return null;
  }
}

export function decodeXml(text: string): string {
  return text.replace(
    /&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([0-9a-f]{1,6}));/gi,
    (whole: string, name?: string, decimal?: string, hex?: string) => {
      if (name !== undefined) return NAMED[name.toLowerCase()] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : '';
    },
  );
}
