/**
 * A client of GET /v1/jobs/{id}/events, and of a batch's: reads the stream piece by piece, as `fetch` gives it to a page.
 */

export interface StreamedJob {
  readonly sequence: number;
  readonly status: string;
  readonly done: boolean;
  readonly queue?: { readonly position?: number };
}

export interface StreamedBatch {
  readonly status: string;
  readonly done: boolean;
  readonly counts: { readonly [status: string]: number };
}

export interface EventStream {
  readonly status: number;
  readonly headers: Headers;
  /** The next piece, without the empty line that ends it; undefined when the stream has ended. */
  next(): Promise<string | undefined>;
  /** The job of the next event; comments are passed over. */
  nextJob(): Promise<{ readonly id: number; readonly job: StreamedJob } | undefined>;
  /** The same for the events of a batch. */
  nextBatch(): Promise<{ readonly id: number; readonly batch: StreamedBatch } | undefined>;
  /** Goes away as a page does that is closed. */
  leave(): void;
}

export async function openEvents(
  url: string,
  { key, lastEventId }: { key: string; lastEventId?: number | undefined },
): Promise<EventStream> {
  const going = new AbortController();
  const response = await fetch(url, {
    headers: {
      Authorization: `Bearer ${key}`,
      ...(lastEventId === undefined ? {} : { 'Last-Event-ID': String(lastEventId) }),
    },
    signal: going.signal,
  });
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let held = '';

  const stream: EventStream = {
    status: response.status,
    headers: response.headers,
    async next() {
      for (;;) {
        const end = held.indexOf('\n\n');
        if (end >= 0) {
          const piece = held.slice(0, end);
          held = held.slice(end + 2);
          return piece;
        }
        const read = await reader?.read();
        if (!read || read.done) return undefined;
        held += decoder.decode(read.value, { stream: true });
      }
    },
    async nextJob() {
      const event = await nextEvent('job');
      return event && { id: event.id, job: event.shown as StreamedJob };
    },
    async nextBatch() {
      const event = await nextEvent('batch');
      return event && { id: event.id, batch: event.shown as StreamedBatch };
    },
    leave: () => going.abort(),
  };

  async function nextEvent(kind: string): Promise<{ id: number; shown: unknown } | undefined> {
    for (;;) {
      const piece = await stream.next();
      if (piece === undefined) return undefined;
      const found = /^event: (\w+)\nid: (\d+)\ndata: (.*)$/.exec(piece);
      if (found?.[1] === kind) return { id: Number(found[2]), shown: JSON.parse(found[3] ?? '') };
    }
  }
  return stream;
}
