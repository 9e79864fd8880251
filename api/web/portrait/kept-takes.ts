/**
 * Which takes this browser's shopper has begun lately, so that a reload finds their portraits again, at once and in their
 * order. The ids open nothing without the session. All tabs share them.
 */
import type { KeptPhoto, TakeStyle } from './take.ts';

export interface KeptTake {
  /** Of the take, which is also the job's `customId`. */
  readonly id: string;
  readonly style: TakeStyle;
  /** Absent for the first version. */
  readonly variation?: number | undefined;
  readonly photoName?: string | undefined;
  /** Of a submit of several styles at once. */
  readonly togetherId?: string | undefined;
  /** Once the service has given one. */
  readonly jobId?: string | undefined;
  /** The photo that goes with the order. */
  readonly kept?: KeptPhoto | undefined;
  /** Nothing more will happen. */
  readonly over?: boolean | undefined;
  /** When it was begun, ms since 1970. */
  readonly at: number;
}

export interface KeptTakes {
  /** The oldest first. */
  list(): readonly KeptTake[];
  /** Adds it, or changes what is kept of it. */
  keep(take: KeptTake): void;
  forget(id: string): void;
}

const KEPT_MAX = 12;

/** `name` tells services and shoppers apart. Without a storage nothing is kept. */
export function createKeptTakes(name: string): KeptTakes {
  function list(): readonly KeptTake[] {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(name) ?? '[]');
      return Array.isArray(kept) ? kept.filter(isKeptTake) : [];
    } catch {
      return [];
    }
  }
  function write(takes: readonly KeptTake[]): void {
    try {
      localStorage.setItem(name, JSON.stringify(takes.slice(-KEPT_MAX)));
    } catch {
      // Full or forbidden: then a reload finds what the client itself has kept.
    }
  }
  return {
    list,
    keep(take) {
      const kept = list();
      const isThere = kept.some(({ id }) => id === take.id);
      write(isThere ? kept.map(one => (one.id === take.id ? take : one)) : [...kept, take]);
    },
    forget: id => write(list().filter(take => take.id !== id)),
  };
}

function isKeptTake(value: unknown): value is KeptTake {
  const { id, at, style } = (value ?? {}) as { id?: unknown; at?: unknown; style?: { id?: unknown; label?: unknown } };
  const isStyle = typeof style?.id === 'string' && typeof style.label === 'string';
  return typeof id === 'string' && typeof at === 'number' && isStyle;
}
