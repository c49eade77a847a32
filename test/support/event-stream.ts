/** One event as it came over the wire; a heartbeat has no type. */
export interface SeenEvent {
  readonly id: number | null;
  readonly type: string | null;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly data: any;
}

/** Reads server-sent events until the connection ends or the caller stops asking. */
export async function* eventsIn(body: AsyncIterable<Uint8Array>): AsyncGenerator<SeenEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = blocks.pop()!;
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
      if (fields.has('retry')) continue;
      const data = fields.get('data');
      yield { id: fields.has('id') ? Number(fields.get('id')) : null, type: fields.get('event') ?? null, data: data && JSON.parse(data) };
    }
  }
}
