/**
 * Remembers for a while what was asked of the store: one question at a time, and no answer that failed.
 */
import type { Clock } from '../../common/clock.ts';

/** `load` is asked again once its answer is `ms` old. */
export function keep<T>(clock: Clock, ms: number, load: () => Promise<T>): () => Promise<T> {
  let kept: { readonly until: number; readonly value: Promise<T> } | undefined;
  return () => {
    const now = clock.now();
    if (kept && now < kept.until) return kept.value;
    const asked = { until: now + ms, value: load() };
    kept = asked;
    asked.value.catch(() => {
      if (kept === asked) kept = undefined;
    });
    return asked.value;
  };
}
