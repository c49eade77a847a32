/** Milliseconds. Who takes nothing for so long is cut off, and can resume. */
const SLOW_MS = 30_000;

/**
 * Sends texts as they are asked for: the next one is made once the one before is on its way, so that a slow reader costs one
 * text and no more. `stop` is called when the reader is gone, in whichever way, or there is nothing more.
 */
export function eventStream(texts: AsyncIterator<string>, stop: () => void, slowMs = SLOW_MS): Response {
  let slow: NodeJS.Timeout | undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        clearTimeout(slow);
        const next = await texts.next().catch((error: unknown) => {
          stop();
          throw error;
        });
        if (next.done) {
          stop();
          return controller.close();
        }
        controller.enqueue(Buffer.from(next.value));
        slow = setTimeout(() => {
          stop();
          controller.error(new Error('the reader of an event stream is too slow'));
        }, slowMs);
      },
      cancel() {
        clearTimeout(slow);
        stop();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' },
  });
}

/** One event of the stream: https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation */
export function eventText(id: number, event: string, data: unknown): string {
  return `id: ${id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

/** Says that the connection lives, and moves the reader's position past what its filter leaves out. */
export function heartbeatText(id: number): string {
  return `: alive\nid: ${id}\n\n`;
}

/** How long a reader waits before it comes again. */
export function retryText(ms: number): string {
  return `retry: ${ms}\n\n`;
}
