/**
 * Waiting for a job at the whole service: told by events, from a place in the queue to the picture. Platforms: embedded,
 * and google through `tests/google/waiting.emulator.ts`.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { operatorOf } from './as-operator.ts';
import { type EventStream, openEvents, type StreamedJob } from './event-stream.ts';
import { withService } from './service.ts';
import { waitFor } from './wait-for.ts';

const test = suite('waiting for a job');

interface Waits {
  readonly pollAfterMs: number;
  readonly queue?: {
    readonly position?: number;
    readonly etaSeconds?: number;
    readonly paused?: true;
    readonly resumesAt?: string;
  };
}

test(
  'a client is told its place while the queue is paused, and then of each change up to the picture',
  withService(async service => {
    const { server: key } = await service.keys();
    const operator = await operatorOf(service);
    await service.done((await service.submit({ style: 'charcoal' })).body.id);
    const until = new Date(Date.now() + 3_600_000).toISOString();
    await operator('POST /v1/admin/queues/interactive/pause', { reason: 'a test', until });
    const ahead = (await service.submit({ style: 'ink-wash' })).body.id;
    const { id } = (await service.submit({ style: 'charcoal', options: '{"variation":1}' })).body;
    const read = async () => (await service.call<Waits>('GET', `/v1/jobs/${id}`)).body;
    const paused = await waitFor('the place to be told', async () => {
      const job = await read();
      return job.queue?.position === 2 && job.queue.paused && job;
    });
    assert.equal([paused.queue, paused.pollAfterMs], [{ position: 2, paused: true, resumesAt: until }, 5_000]);
    await service.call('POST', `/v1/jobs/${ahead}/cancel`);
    await waitFor('the place to move up', async () => (await read()).queue?.position === 1);

    const stream = await openEvents(`${service.url()}/v1/jobs/${id}/events`, { key });
    assert.equal((await stream.nextJob())?.job.status, 'queued');
    await operator('POST /v1/admin/queues/interactive/resume', {});
    const told = await rest(stream);
    assert.equal([told.at(-1)?.status, told.at(-1)?.done], ['succeeded', true]);
    const sequences = told.map(({ sequence }) => sequence);
    assert.equal(
      sequences,
      sequences.toSorted((a, b) => a - b),
    );
    const again = await openEvents(`${service.url()}/v1/jobs/${id}/events`, { key, lastEventId: sequences.at(-1) });
    assert.is(again.status, 204);
  }),
);

test.run();

async function rest(stream: EventStream): Promise<StreamedJob[]> {
  const told: StreamedJob[] = [];
  for (let event = await stream.nextJob(); event; event = await stream.nextJob()) told.push(event.job);
  return told;
}
