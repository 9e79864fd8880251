/**
 * How often exports may be asked for: each reads all that there is of a customer. Each instance of the service counts by
 * itself, by shop.
 */
import type { Clock } from '../../common/clock.ts';
import { ProblemError } from '../../common/errors.ts';

export const EXPORTS_MAX = 30;
export const WINDOW_MS = 60_000;
/** Under way at once in one process, of all shops: each holds a page of jobs. */
export const AT_ONCE_MAX = 4;

export interface ExportLimit {
  /** Throws `exports_exceeded`. What it returns is called at the end of the export. */
  begin(shop: string): () => void;
}

export function createExportLimit({ clock }: { readonly clock: Clock }): ExportLimit {
  const begun = new Map<string, readonly number[]>();
  let running = 0;
  return {
    begin(shop) {
      const now = clock.now();
      const recent = (begun.get(shop) ?? []).filter(at => at > now - WINDOW_MS);
      const [first] = recent;
      if (first !== undefined && recent.length >= EXPORTS_MAX) refuse(first + WINDOW_MS - now);
      if (running >= AT_ONCE_MAX) refuse(1_000);
      begun.set(shop, [...recent, now]);
      running++;
      let over = false;
      return () => {
        if (!over) running--;
        over = true;
      };
    },
  };
}

function refuse(ms: number): never {
  throw new ProblemError('exports_exceeded', { headers: { 'Retry-After': String(Math.ceil(ms / 1_000)) } });
}
