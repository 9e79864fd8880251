/** A load on one server, and the line that it makes: rate, times, and the processor time that the server took. */
import { generate, type Load } from '../load.ts';
import type { Measured } from '../processes.ts';
import { type Metric, percentile, type Values } from '../results.ts';
import type { Round } from '../stage.ts';

export const HTTP_METRICS: readonly Metric[] = [
  { name: 'requests/s', better: 'more' },
  { name: 'p50 ms', better: 'less' },
  { name: 'p99 ms', better: 'less' },
  { name: 'processor ms each', better: 'less' },
];

export const CONNECTIONS = 50;

type Requests = Pick<Load, 'url' | 'next' | 'status'> & { readonly requestsMax?: number };

export async function measureLoad(server: Measured, requests: Requests, { forMs }: Round): Promise<Values> {
  const before = await server.used();
  const { perSecond, latenciesMs } = await generate({ connections: CONNECTIONS, forMs, ...requests });
  const after = await server.used();
  return {
    'requests/s': perSecond,
    ...timesOf(latenciesMs),
    'processor ms each': (after.cpuMs - before.cpuMs) / latenciesMs.length,
  };
}

export function timesOf(latenciesMs: readonly number[]): Values {
  return { 'p50 ms': percentile(latenciesMs, 0.5), 'p99 ms': percentile(latenciesMs, 0.99) };
}
