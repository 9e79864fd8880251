/**
 * What every run of the fuzzer has to show, whatever its length: nothing that may not be, a service that lives and is
 * ready, and a good job that goes through afterwards.
 *
 * `FUZZ_SEED` repeats a run, `FUZZ_ONLY` one conversation of it, `FUZZ_REQUESTS` sets its length.
 */
import * as assert from 'uvu/assert';
import { ROUTES } from '../../api/app.ts';
import { openapiDocument } from '../../api/openapi/document.ts';
import { type Service, withService } from '../service.ts';
import { type FuzzReport, fuzz } from './fuzz.ts';
import { getKnown, tidy } from './get-known.ts';
import { reproducer } from './reproducer.ts';

export interface FuzzSettings {
  readonly requests: number;
  /** How many jobs come of it, each of which is drawn: some, or no body got through; not many, or nothing else is done. */
  readonly admitted: readonly [min: number, max: number];
}

/** A proxy of our own, so that the addresses which it would tell are fuzzed too. */
const ENV = { TRUSTED_HOPS: '1' };
const TIDY_EVERY = 200;
const MIB = 2 ** 20;
/** Between these quarters of the long run lie 50,000 requests: what leaked 1.3 KiB at each would be seen. It adds 14 to 28. */
const GROWTH_MIB_MAX = 64;
/** Bodies of up to 28 MiB are among them, and 256 MiB are set aside for bodies. */
const PEAK_MIB_MAX = 900;

export function fuzzes({ requests, admitted: [admittedMin, admittedMax] }: FuzzSettings): () => Promise<void> {
  const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
  const only = process.env.FUZZ_ONLY === undefined ? undefined : Number(process.env.FUZZ_ONLY);
  const wanted = Number(process.env.FUZZ_REQUESTS ?? requests);
  return withService(async service => {
    const known = await getKnown(service);
    const sizes: number[] = [];
    const between = async () => {
      await tidy(service);
      sizes.push(await residentMib(service));
    };
    const port = Number(new URL(service.url()).port);
    const report = await fuzz({
      ...{ document: openapiDocument(ROUTES), known, port, seed, requests: wanted },
      ...(only === undefined ? {} : { only }),
      tidy: { every: TIDY_EVERY, run: between },
    });
    console.log(`FUZZ_SEED=${seed}: ${summary(report)}`);
    for (const failure of report.failures) console.log(reproducer(failure, known, seed));
    assert.is(report.failures.length, 0, `${report.failures.length} failures, FUZZ_SEED=${seed}`);
    if (only !== undefined) return;
    await stillWell(service);
    const { admitted } = report;
    assert.ok(admitted >= admittedMin && admitted <= admittedMax, `${admitted} jobs admitted`);
    checkMemory(sizes);
  }, ENV);
}

async function stillWell(service: Service): Promise<void> {
  await tidy(service);
  assert.is((await service.call('GET', '/ready', { key: null })).status, 200);
  const { body } = await service.submit({ style: 'charcoal', options: '{"variation":9}' });
  assert.is((await service.done(body.id)).status, 'succeeded');
  const log = service.output();
  assert.is(log.match(/Easel listens/g)?.length, 1, 'it has not been started again');
  assert.not.match(log, /"code":"internal"|the process ends|Unhandled|Warning:/);
}

/** From the second quarter on: before it the code is still being compiled and the caches are filling. */
function checkMemory(sizes: readonly number[]): void {
  const [, second = [], , fourth = []] = [0, 1, 2, 3].map(quarter =>
    sizes.slice(Math.floor((quarter * sizes.length) / 4), Math.floor(((quarter + 1) * sizes.length) / 4)),
  );
  const growth = median(fourth) - median(second);
  const peak = Math.max(...sizes);
  console.log(
    `memory: peak ${peak.toFixed(0)} MiB, ${growth.toFixed(0)} MiB more in the last quarter than in the second`,
  );
  assert.ok(growth <= GROWTH_MIB_MAX && peak <= PEAK_MIB_MAX, `memory grew: ${sizes.map(Math.round).join(' ')} MiB`);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

async function residentMib(service: Service): Promise<number> {
  const text = await (await fetch(`${service.url()}/metrics`)).text();
  return Number(/^process_resident_memory_bytes (\d+)/m.exec(text)?.[1]) / MIB;
}

function summary({ sent, statuses, seen, admitted }: FuzzReport): string {
  const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${count} × ${status || 'hung up'}`);
  const reached = [...seen.values()].filter(known => [...known].some(status => status < 400)).length;
  return `${sent} requests, ${counts.join(', ')}; ${reached} of ${seen.size} operations succeeded; ${admitted} jobs admitted`;
}
