/**
 * Starts what is measured, several times in turn because starting is measured too, and keeps one server of each kind.
 */
import type { Figures } from './figures.ts';
import { generate } from './load.ts';
import { pollsOf, submitsOf } from './requests.ts';
import { type Bench, COLUMNS } from './round.ts';
import type { MeasuredServer, Servers } from './servers.ts';

const STARTS = 3;

export async function startAll(
  servers: Servers,
  figures: Figures,
  photo: Buffer,
): Promise<Pick<Bench, 'intake' | 'whole' | 'bare'>> {
  const [easel, bare] = COLUMNS.http;
  const starts: { easel: MeasuredServer; bare: MeasuredServer }[] = [];
  for (let index = 0; index < STARTS; index++) {
    const started = { easel: await servers.easel({ paused: index === 0 }), bare: await servers.bare() };
    for (const [column, server] of [
      [easel, started.easel],
      [bare, started.bare],
    ] as const) {
      figures.add('start to listening, ms', column, server.startMs);
      const load = { url: server.url, connections: 1, forMs: 1_000, requestsMax: 1, status: 202 };
      const { latenciesMs } = await generate({ ...load, next: submitsOf(photo, server) });
      figures.add('start to the first accepted job, ms', column, server.startMs + (latenciesMs[0] ?? Number.NaN));
    }
    starts.push(started);
  }
  const [first, second, ...others] = starts;
  if (!first || !second) throw new Error('at least two servers of each kind are needed');
  for (const server of [second.bare, ...others.flatMap(one => [one.easel, one.bare])]) server.end();
  return { intake: first.easel, whole: second.easel, bare: first.bare };
}

/** Lets the bare server answer what Easel answers, and tells the two jobs that are polled. */
export async function learnAnswers(
  bench: Pick<Bench, 'intake' | 'whole' | 'bare'>,
  photo: Buffer,
): Promise<Bench['paths']> {
  const { intake, whole, bare } = bench;
  const ask = async (server: MeasuredServer, status: number, next: ReturnType<typeof pollsOf>) => {
    const load = { url: server.url, connections: 1, forMs: 1_000, requestsMax: 1 };
    const { bodies } = await generate({ ...load, status, next });
    const body = bodies[0] ?? '';
    return { body, path: `/v1/jobs/${(JSON.parse(body) as { id: string }).id}` };
  };
  const waiting = await ask(intake, 202, submitsOf(photo, intake));
  const done = await ask(whole, 200, submitsOf(photo, { ...whole, wait: true }));
  const polled = [
    await ask(intake, 200, pollsOf(waiting.path, intake.key)),
    await ask(whole, 200, pollsOf(done.path, whole.key)),
  ];
  await bare.tell({ answers: [['/v1/jobs', waiting.body], ...polled.map(({ path, body }) => [path, body])] });
  return { waiting: waiting.path, done: done.path };
}
