/**
 * Budget, intake and queues in operators' hands, over HTTP. Platforms: embedded, and google through
 * `tests/google/admin.emulator.ts`.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Any, type Body, inAnHour, operatorOf, pointers } from './as-operator.ts';
import { PHOTO, withService } from './service.ts';
import { waitFor } from './wait-for.ts';

const test = suite('operators, switches');

test(
  'a budget is overridden until its end, which is at most a week away, and reset',
  withService(async service => {
    const operator = await operatorOf(service);
    type Budget = { capUsd: number; usualUsd: number; override?: Body; shares: { [share: string]: { open: boolean } } };
    const budget = async (request: string, body?: Body) =>
      (await operator(request, body)).body as unknown as Budget & { errors: [{ pointer: string }] };
    assert.equal(onlyAmounts(await budget('GET /v1/admin/budget')), [10, 10, undefined]);
    const until = inAnHour();
    const stopped = await budget('PUT /v1/admin/budget/override', { usd: 0, until, reason: 'Stop.' });
    assert.equal(onlyAmounts(stopped), [0, 10, 0]);
    assert.is(stopped.shares.customer?.open, false);
    const refused = await waitFor('the API to notice', async () => {
      const answer = await service.submit({ style: 'charcoal' });
      return answer.status === 503 && answer;
    });
    assert.is(refused.body.code, 'budget_exhausted');
    assert.equal(
      onlyAmounts(await budget('PUT /v1/admin/budget/override', { usd: 20, until, reason: 'Go.' })),
      [20, 10, 20],
    );
    assert.equal(onlyAmounts(await budget('DELETE /v1/admin/budget/override?reason=done')), [10, 10, undefined]);
    await waitFor('the API to notice', async () => (await service.submit({ style: 'charcoal' })).status < 300);

    assert.equal(onlyAmounts(await budget('GET /v1/admin/budget?shop=default')), [null, null, undefined]);
    const own = await budget('PUT /v1/admin/budget/override?shop=default', { usd: 1.5, until, reason: 'x' });
    assert.equal(onlyAmounts(own), [1.5, null, 1.5]);
    const ends = [new Date(Date.now() - 1_000), new Date(Date.now() + 7 * 86_400_000 + 60_000)];
    for (const end of ends) {
      const bad = await operator('PUT /v1/admin/budget/override', { usd: 1, until: end.toISOString(), reason: 'x' });
      assert.equal(pointers(bad), [400, '/until']);
    }
    for (const request of [
      'GET /v1/admin/budget',
      'DELETE /v1/admin/budget/override',
      'PUT /v1/admin/budget/override',
    ]) {
      const body = request.startsWith('PUT') ? { usd: 1, until, reason: 'x' } : undefined;
      assert.equal(pointers(await operator(`${request}?shop=none`, body)), [400, '/shop'], request);
    }
  }),
);

test(
  'closed intake refuses with its message and comes back; what was taken in goes on',
  withService(async service => {
    const operator = await operatorOf(service);
    await operator('POST /v1/admin/queues/interactive/pause', { reason: 'so that a job waits' });
    const { body: waiting } = await service.submit({ style: 'charcoal' });
    const closing = { reason: 'The printer is broken.', message: 'Back at noon.', until: inAnHour() };
    assert.is((await operator('PUT /v1/admin/intake', closing)).status, 200);
    const refused = await waitFor('the API to notice', async () => {
      const answer = await service.call<Any>('POST', '/v1/jobs', { body: formOf({ style: 'ink-wash' }) });
      return answer.status === 503 && answer;
    });
    assert.equal([refused.body.code, refused.body.detail], ['intake_closed', 'Back at noon.']);
    const seconds = Number(refused.headers.get('retry-after'));
    assert.ok(seconds > 3_500 && seconds <= 3_600, `${seconds}`);
    assert.is(JSON.stringify(refused.body).includes('printer'), false, 'the reason is for operators');
    await operator('POST /v1/admin/queues/interactive/resume');
    assert.is((await service.done(waiting.id)).status, 'succeeded');
    assert.equal((await operator('DELETE /v1/admin/intake')).body as unknown, { open: true });
    await waitFor('the API to notice', async () => (await service.submit({ style: 'charcoal' })).status < 300);
  }),
);

test(
  'a paused queue lets jobs wait, survives a restart, and tells what waits until it is resumed',
  withService(async service => {
    const operator = await operatorOf(service);
    const reason = 'The provider answers slowly.';
    const paused = await operator('POST /v1/admin/queues/interactive/pause', { reason, until: inAnHour() });
    assert.equal((paused.body as unknown as Body).because, 'operator');
    const { body: job } = await service.submit({ style: 'charcoal' });
    await service.kill();
    await service.start();
    type Queue = { name: string; state: string; reason?: string; waiting?: number; oldestWaitingSeconds?: number };
    type Stats = { jobs: { interactive: { queued: number; succeeded: number } }; queues: Queue[] };
    const stats = async () => (await operator('GET /v1/admin/stats')).body as unknown as Stats;
    const before = await stats();
    const { name, state, waiting, ...rest } = before.queues[0] ?? { name: '', state: '' };
    assert.equal([name, state, rest.reason, waiting], ['interactive', 'paused', reason, 1]);
    assert.is(before.jobs.interactive.queued, 1);
    const listed = (await operator('GET /v1/admin/queues')).body as unknown as Pick<Stats, 'queues'>;
    assert.equal(listed.queues.map(ageless), before.queues.map(ageless));
    await operator('POST /v1/admin/queues/interactive/resume', { reason: 'It is fast again.' });
    assert.is((await service.done(job.id)).status, 'succeeded');
    const after = await stats();
    assert.equal([after.jobs.interactive.queued, after.jobs.interactive.succeeded], [0, 1]);
    for (const bad of ['none', 'Interactive', '__proto__']) {
      assert.is((await operator(`POST /v1/admin/queues/${bad}/pause`, { reason })).status, 404, bad);
      assert.is((await operator(`POST /v1/admin/queues/${bad}/resume`)).status, 404, bad);
    }
    const past = { reason, until: new Date(Date.now() - 1).toISOString() };
    assert.equal(pointers(await operator('POST /v1/admin/queues/bulk/pause', past)), [400, '/until']);
  }),
);

test.run();

/** It goes on between two answers. */
function ageless({ oldestWaitingSeconds: _, ...queue }: { readonly oldestWaitingSeconds?: number }): object {
  return queue;
}

function onlyAmounts({ capUsd, usualUsd, override }: { capUsd: number; usualUsd: number; override?: Body }) {
  return [capUsd, usualUsd, override?.usd];
}

function formOf(fields: { readonly [name: string]: string }): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('image', new Blob([new Uint8Array(PHOTO)]), 'photo.jpg');
  return form;
}
