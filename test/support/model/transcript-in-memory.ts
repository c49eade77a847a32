import type { TranscriptStep, TranscriptStore } from '../../../workers/agent/transcript.ts';

/** Keeps steps as the JSON that a database would keep, and refuses a second writer as a database would. */
export function transcriptInMemory(): TranscriptStore & { readonly rows: string[] } {
  const rows: string[] = [];
  return {
    rows,
    load: async () => rows.map((row) => JSON.parse(row) as TranscriptStep),
    async append(step, index) {
      if (index !== rows.length) throw new Error(`step ${index} is not the next one, ${rows.length} is`);
      rows.push(JSON.stringify(step));
    },
  };
}
