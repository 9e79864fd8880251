/**
 * How the service stands, for all pages at once: pushed by the service as it changes, or asked for every five seconds
 * where that does not work (too many look on, a proxy that holds streams back).
 */
import { useEffect, useState } from 'preact/hooks';
import type { Stats } from './answers.ts';
import { type Loaded, useLoad } from './load.ts';

export interface LiveStats extends Loaded<Stats> {
  /** `pushed`, `asked` for, or `lost`: the service does not answer. */
  readonly how: 'pushed' | 'asked' | 'lost';
}

const ASK_MS = 5_000;
/** After so long a stream that was refused is tried again. */
const AGAIN_MS = 30_000;

interface Pushed {
  readonly value: Stats;
  readonly at: number;
}

export function useLiveStats(): LiveStats {
  const [streaming, setStreaming] = useState(false);
  const [pushed, setPushed] = useState<Pushed>();
  const asked = useLoad<Stats>('GET stats', streaming ? 0 : ASK_MS);
  useEffect(() => listen(setStreaming, value => setPushed({ value, at: Date.now() })), []);

  // After a change of our own it is asked for, too: whichever is newer counts.
  const newest = pushed && pushed.at > (asked.at ?? 0) ? pushed : asked;
  const how = streaming ? 'pushed' : asked.problem ? 'lost' : 'asked';
  return { ...asked, ...newest, ...(streaming ? { problem: undefined } : {}), how };
}

/** Keeps a stream open; returns what closes it. The browser comes back by itself when the service ends one in time. */
function listen(onStreaming: (streaming: boolean) => void, onStats: (stats: Stats) => void): () => void {
  let again: ReturnType<typeof setTimeout> | undefined;
  let source: EventSource | undefined;
  const open = () => {
    source = new EventSource('v1/admin/events');
    source.addEventListener('open', () => onStreaming(true));
    source.addEventListener('stats', ({ data }) => onStats(JSON.parse(data)));
    source.addEventListener('error', () => {
      if (source?.readyState !== EventSource.CLOSED) return;
      onStreaming(false);
      again = setTimeout(open, AGAIN_MS);
    });
  };
  open();
  return () => {
    clearTimeout(again);
    source?.close();
  };
}
