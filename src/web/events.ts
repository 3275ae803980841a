/** Server-sent events of a response; `EventSource` can only GET. */

/** One event; its data are JSON. */
export interface ServerEvent {
  readonly event: string;
  readonly data: unknown;
}

/** Gives the events of a body as they arrive. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = '';
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return;
      const parts = (rest + value).split(/\r?\n\r?\n/);
      rest = parts.pop() ?? '';
      for (const part of parts) {
        const event = eventOf(part);
        if (event) yield event;
      }
    }
  } finally {
    void reader.cancel().catch(() => undefined);
  }
}

/** A comment keeps a connection open and is no event. */
function eventOf(part: string): ServerEvent | undefined {
  const fields = part.split(/\r?\n/).map((line) => /^(event|data): ?(.*)$/.exec(line));
  const data = fields.filter((field) => field?.[1] === 'data').map((field) => field?.[2]);
  if (data.length === 0) return undefined;
  const event = fields.find((field) => field?.[1] === 'event')?.[2] ?? 'message';
  return { event, data: JSON.parse(data.join('\n')) };
}
