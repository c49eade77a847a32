import { z } from 'zod';
import { relativePath } from '../place.ts';
import { decodeXml, parseXml } from '../xml.ts';
import { addHit, coverageOf } from './coverage.ts';
import type { Coverage } from './coverage.ts';

const Line = z.object({ '@number': z.string(), '@hits': z.string() });
const Class = z.object({
  '@filename': z.string(),
  lines: z
    .object({ line: z.array(Line).optional() })
    .or(z.string())
    .optional(),
});
const Package = z.object({
  classes: z
    .object({ class: z.array(Class).optional() })
    .or(z.string())
    .optional(),
});
const Document = z.object({
  coverage: z.object({
    sources: z
      .object({ source: z.array(z.object({ '#text': z.string() }).or(z.string())).optional() })
      .or(z.string())
      .optional(),
    packages: z.object({ package: z.array(Package).optional() }).or(z.string()),
  }),
});

/** Cobertura's XML, as coverage.py and others write it. File names are relative to one of `sources`. */
export function parseCobertura(text: string, root: string): Coverage | null {
  const parsed = Document.safeParse(parseXml(text.replace(/<!DOCTYPE coverage[^>[\]]*>/, '')));
  if (!parsed.success) return null;
  const { sources, packages } = parsed.data.coverage;
  const first = typeof sources === 'object' ? sources.source?.[0] : undefined;
  const folder = decodeXml(typeof first === 'object' ? first['#text'] : (first ?? '')).trim();
  const hits = new Map<string, Map<number, number>>();
  const classes = (typeof packages === 'object' ? (packages.package ?? []) : []).flatMap(({ classes: list }) =>
    typeof list === 'object' ? (list.class ?? []) : [],
  );
  for (const { '@filename': name, lines } of classes) {
    const path = decodeXml(name);
    const full = path.startsWith('/') || relativePath(folder, root) === null ? path : `${folder}/${path}`;
    for (const line of typeof lines === 'object' ? (lines.line ?? []) : [])
      addHit(hits, full, Number(line['@number']), Number(line['@hits']));
  }
  return coverageOf(hits, root);
}
