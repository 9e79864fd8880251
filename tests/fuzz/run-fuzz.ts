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
import { waitFor } from '../wait-for.ts';
import { type FuzzReport, fuzz } from './fuzz.ts';
import { getKnown, tidy } from './get-known.ts';
import { reproducer } from './reproducer.ts';

export interface FuzzSettings {
  readonly requests: number;
  /** How many jobs come of it, each of which is drawn: some, or no body got through; not many, or nothing else is done. */
  readonly admitted: readonly [min: number, max: number];
  /** How much more memory may be in use in the last quarter of the run than in the second, in MiB. */
  readonly growthMibMax: number;
}

/** A proxy of our own, so that the addresses which it would tell are fuzzed too. */
const ENV = { TRUSTED_HOPS: '1' };
const TIDY_EVERY = 200;
const MIB = 2 ** 20;
/** Bodies of up to 28 MiB are among them, and 256 MiB are set aside for bodies. */
const PEAK_MIB_MAX = 900;

export function fuzzes({ requests, ...settings }: FuzzSettings): () => Promise<void> {
  const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
  const only = process.env.FUZZ_ONLY === undefined ? undefined : Number(process.env.FUZZ_ONLY);
  const wanted = Number(process.env.FUZZ_REQUESTS ?? requests);
  return withService(async service => {
    const known = await getKnown(service);
    const samples: Sample[] = [];
    const between = async () => {
      await tidy(service);
      samples.push(await sample(service));
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
    const [admittedMin, admittedMax] = settings.admitted;
    const { admitted } = report;
    assert.ok(admitted >= admittedMin && admitted <= admittedMax, `${admitted} jobs admitted`);
    checkMemory(samples, settings.growthMibMax);
  }, ENV);
}

async function stillWell(service: Service): Promise<void> {
  await tidy(service);
  assert.is((await service.call('GET', '/ready', { key: null })).status, 200);
  // What operators' requests have set may be remembered for up to a minute.
  const taken = async () => {
    const { status, body } = await service.submit({ style: 'charcoal', options: '{"variation":9}' });
    return status < 400 && body.id;
  };
  const id = await waitFor('a good job to be taken', taken, { limitMs: 70_000, everyMs: 500 });
  assert.is((await service.done(id)).status, 'succeeded');
  const log = service.output();
  assert.is(log.match(/Easel listens/g)?.length, 1, 'it has not been started again');
  assert.not.match(log, /"code":"internal"|the process ends|Unhandled|Warning:/);
}

/**
 * The least that is in use within a quarter of the run is what no collection of garbage takes away. From the second quarter
 * on: before it the code is still being compiled and the caches are filling.
 */
function checkMemory(samples: readonly Sample[], growthMibMax: number): void {
  const [, second = 0, , last = 0] = [0, 1, 2, 3].map(quarter => {
    const [from, to] = [quarter, quarter + 1].map(end => Math.floor((end * samples.length) / 4));
    return Math.min(...samples.slice(from, to).map(({ usedMib }) => usedMib));
  });
  const peak = Math.max(...samples.map(({ residentMib }) => residentMib));
  const told = `peak ${peak.toFixed(0)} MiB; in use at least ${second.toFixed(1)} MiB, at last ${last.toFixed(1)}`;
  console.log(`memory: ${told}`);
  assert.ok(last - second <= growthMibMax && peak <= PEAK_MIB_MAX, told);
}

interface Sample {
  /** Of the whole process. */
  readonly residentMib: number;
  /** By values and buffers. */
  readonly usedMib: number;
}

async function sample(service: Service): Promise<Sample> {
  const text = await (await fetch(`${service.url()}/metrics`)).text();
  const mib = (name: string) => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(text)?.[1]) / MIB;
  return {
    residentMib: mib('process_resident_memory_bytes'),
    usedMib: mib('nodejs_heap_size_used_bytes') + mib('nodejs_external_memory_bytes'),
  };
}

function summary({ sent, statuses, seen, admitted }: FuzzReport): string {
  const counts = [...statuses].sort(([a], [b]) => a - b).map(([status, count]) => `${count} × ${status || 'hung up'}`);
  const reached = [...seen.values()].filter(known => [...known].some(status => status < 400)).length;
  return `${sent} requests, ${counts.join(', ')}; ${reached} of ${seen.size} operations succeeded; ${admitted} jobs admitted`;
}
