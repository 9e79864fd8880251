/**
 * Which jobs this browser's shopper has begun lately, so that a reload finds their pictures again. The ids open nothing
 * without the session.
 */
import type { TakeStyle } from './take.ts';

export interface KeptTake {
  readonly jobId: string;
  readonly style: TakeStyle;
  readonly photoName?: string | undefined;
}

export interface KeptTakes {
  /** The oldest first. */
  list(): readonly KeptTake[];
  keep(take: KeptTake): void;
  forget(jobId: string): void;
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
    } catch {}
  }
  return {
    list,
    keep: take => write([...list().filter(({ jobId }) => jobId !== take.jobId), take]),
    forget: jobId => write(list().filter(take => take.jobId !== jobId)),
  };
}

function isKeptTake(value: unknown): value is KeptTake {
  const { jobId, style } = (value ?? {}) as { jobId?: unknown; style?: { id?: unknown; label?: unknown } };
  return typeof jobId === 'string' && typeof style?.id === 'string' && typeof style.label === 'string';
}
