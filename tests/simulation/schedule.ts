/**
 * Simulated time: everything that will happen, in the order of its moment. One event runs at a time, and all that
 * follows from it without waiting for another (promises, streams) has run before the next. Nothing real is waited for,
 * so that the same events always come in the same order.
 */

export interface Schedule {
  /** The true time, in ms since 1970; processes may believe in another. */
  now(): number;
  /** Runs once at that moment; moments that have passed are now. Two of one moment run in the order of asking. */
  at(timeMs: number, what: string, run: () => void): Cancel;
  after(ms: number, what: string, run: () => void): Cancel;
  /** Resolves so much later. */
  sleep(ms: number): Promise<void>;
  /** Runs the next event; false when there is none. */
  step(): Promise<boolean>;
  readonly steps: () => number;
}

export type Cancel = () => void;

interface Event {
  readonly at: number;
  readonly serial: number;
  readonly what: string;
  run: (() => void) | undefined;
}

/** `onStep` is told of each event before it runs. */
export function createSchedule(startMs: number, onStep?: (nowMs: number, what: string) => void): Schedule {
  const heap: Event[] = [];
  let nowMs = startMs;
  let serial = 0;
  let steps = 0;

  const schedule: Schedule = {
    now: () => nowMs,
    steps: () => steps,
    at(timeMs, what, run) {
      const event: Event = { at: Math.max(nowMs, Math.round(timeMs)), serial: serial++, what, run };
      push(heap, event);
      return () => {
        event.run = undefined;
      };
    },
    after: (ms, what, run) => schedule.at(nowMs + ms, what, run),
    sleep: ms => new Promise(resolve => schedule.after(ms, 'a wait is over', resolve)),
    async step() {
      for (let event = pop(heap); event; event = pop(heap)) {
        if (!event.run) continue;
        nowMs = event.at;
        steps++;
        onStep?.(nowMs, event.what);
        event.run();
        await settled();
        return true;
      }
      return false;
    },
  };
  return schedule;
}

/** Promises and streams go on until none is left to go on; only then the event loop comes to its next turn. */
export function settled(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}

function earlier(a: Event, b: Event): boolean {
  return a.at < b.at || (a.at === b.at && a.serial < b.serial);
}

function push(heap: Event[], event: Event): void {
  let index = heap.length;
  heap.push(event);
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent] as Event;
    if (!earlier(event, above)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = event;
}

function pop(heap: Event[]): Event | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || first === last) return first;
  let index = 0;
  for (;;) {
    let child = 2 * index + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && earlier(heap[child + 1] as Event, heap[child] as Event)) child++;
    if (!earlier(heap[child] as Event, last)) break;
    heap[index] = heap[child] as Event;
    index = child;
  }
  heap[index] = last;
  return first;
}
