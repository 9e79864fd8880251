/**
 * Reads Prometheus' text format, as far as `/metrics` writes it: names, labels and values.
 */
export interface Sample {
  readonly name: string;
  readonly labels: { readonly [label: string]: string };
  readonly value: number;
}

const LINE = /^(\w+)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

export function readMetrics(text: string): Sample[] {
  return text.split('\n').flatMap(line => {
    const [, name, labels = '', value] = LINE.exec(line) ?? [];
    if (name === undefined) return [];
    const pairs = [...labels.matchAll(LABEL)].map(([, label = '', content = '']) => [label, content] as const);
    return [{ name, labels: Object.fromEntries(pairs), value: Number(value) }];
  });
}

export interface Wanted {
  readonly [label: string]: string | RegExp;
}

export function sumOf(samples: readonly Sample[], name: string, wanted: Wanted = {}): number {
  return matching(samples, name, wanted).reduce((sum, { value }) => sum + value, 0);
}

export function greatestOf(samples: readonly Sample[], name: string, wanted: Wanted = {}): number {
  return Math.max(0, ...matching(samples, name, wanted).map(({ value }) => value));
}

export function matching(samples: readonly Sample[], name: string, wanted: Wanted = {}): Sample[] {
  return samples.filter(
    sample =>
      sample.name === name &&
      Object.entries(wanted).every(([label, value]) =>
        value instanceof RegExp ? value.test(sample.labels[label] ?? '') : sample.labels[label] === value,
      ),
  );
}

/**
 * Seconds within which so large a share of a histogram's observations were, as Prometheus' `histogram_quantile` tells it:
 * even within a bucket. Undefined when there were none.
 */
export function quantile(samples: readonly Sample[], histogram: string, share: number): number | undefined {
  const byBound = new Map<number, number>();
  for (const { labels, value } of matching(samples, `${histogram}_bucket`)) {
    const bound = Number(labels.le === '+Inf' ? Number.POSITIVE_INFINITY : labels.le);
    byBound.set(bound, (byBound.get(bound) ?? 0) + value);
  }
  const bounds = [...byBound].sort(([one], [other]) => one - other);
  const total = bounds.at(-1)?.[1] ?? 0;
  if (total === 0) return undefined;
  const rank = share * total;
  let [below, counted] = [0, 0];
  for (const [bound, upTo] of bounds) {
    if (upTo >= rank) {
      if (bound === Number.POSITIVE_INFINITY) return below;
      return below + ((bound - below) * (rank - counted)) / (upTo - counted || 1);
    }
    [below, counted] = [bound, upTo];
  }
  return below;
}
