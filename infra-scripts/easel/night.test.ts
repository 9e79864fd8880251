/**
 * What operators do at three in the morning, by the command line: the real process against the real service, in a pipe.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PHOTO, type Service, withService } from '../../tests/service.ts';
import { atDesk, type Desk } from './easel-process.ts';

const test = suite('easel at night');
/** Noise in a photo passes the look at its header, and fails when it is decoded. */
const NOISY = Buffer.from(PHOTO).fill(0xd5, 100_000, 140_000);
const REASON = ['--reason', 'The decoder was mended.'];
const DEFAULT_MODEL = 'gemini-3.1-flash-lite-image';

test(
  'failed jobs are found, explained, planned for, tried again at a pace, and watched to the end',
  asOperator(async ({ run }, service) => {
    const ids = await failedJobs(service, 5);
    const found = await run('jobs find --code input_unreadable --since 1h --all --json');
    assert.equal(
      found
        .json()
        .map(({ id }) => id)
        .sort(),
      ids.toSorted(),
    );
    assert.match((await run('jobs find --status failed')).out, /^ID +STATUS +CODE +STYLE/);
    assert.match((await run(`jobs find ${ids[0]}`)).out, ids[0] ?? '');

    const explained = await run(`jobs explain ${ids[0]}`);
    assert.match(explained.out, /input_unreadable: The stored photo does not decode/);
    assert.match(explained.out, `jsonPayload.jobId="${ids[0]}"`);
    assert.match(explained.out, /TRY +RUN +BEGAN/);

    const plan = await run(['bulk', 'plan', 'retry', '--status', 'failed', '--since', '1h', ...REASON]);
    assert.equal([plan.code, /found +5\n/.test(plan.out), /takes +5\n/.test(plan.out)], [0, true, true], plan.out);
    const [, id = '', token = ''] = /easel bulk apply (\S+) --token (\S+)/.exec(plan.err) ?? [];
    assert.is((await run(['bulk', 'apply', id])).code, 2, 'it needs the token');
    assert.is((await run(['bulk', 'apply', id, '--token', 'x'])).code, 4);
    for (let press = 0; press < 2; press++) {
      assert.is((await run(['bulk', 'apply', id, '--token', token, '--rate', '50'])).code, 0);
    }
    const watched = await run(['bulk', 'watch', id]);
    assert.match(watched.out, /state +done\n[\s\S]*done +5 of 5\n/);
    for (const job of ids) await service.done(job);
    const again = await run('jobs find --status failed --all --json');
    assert.equal(new Set(again.json().map(({ run: number }) => number)), new Set([2]), 'each once');
    assert.match((await run('bulk list')).out, /retry +done +5 of 5/);
    assert.is((await run(['bulk', 'abort', id])).code, 0, 'what is over stays over');

    const one = await run(['jobs', 'retry', ids[0] ?? '', ...REASON]);
    assert.equal([one.code, one.out], [0, `${ids[0]}  waits again, run 3\n`]);
    await service.done(ids[0] ?? '');
    const third = await run(['jobs', 'retry', ids[0] ?? '', ...REASON]);
    assert.equal([third.code, /not_retryable/.test(third.err)], [4, true], third.err);
    const audit = await run(`audit list --target jobs/${ids[0]} --json`);
    assert.is(audit.json().length, 2);
  }),
);

test(
  'status is well, then tells what needs a hand and what ends soon, and says so by its exit code',
  asOperator(async ({ run }) => {
    const fresh = await run('status');
    assert.match(fresh.out, /Nobody has swept yet/, 'in the first minute of a service');
    await run(['queues', 'pause', 'interactive', '--until', '30m', ...REASON]);
    const paused = await run('status');
    assert.equal([paused.code, /The queue interactive is paused by operator/.test(paused.out)], [1, true], paused.out);
    assert.match(paused.out, /ends soon +pause of interactive at \d\d:\d\d/);
    const held = await run(['models', 'hold', DEFAULT_MODEL, '--until', '2h', ...REASON]);
    assert.equal([held.code, held.out.includes('The decoder was mended.')], [0, true], held.err);
    assert.is((await run(['ceiling', 'set', '2', '--until', '2h', ...REASON])).code, 0);
    const status = JSON.parse((await run('status --json')).out) as {
      ok: boolean;
      stats: { ceiling: { slots: number } };
    };
    assert.equal([status.ok, status.stats.ceiling.slots], [false, 2]);
    assert.is((await run(['models', 'release', DEFAULT_MODEL])).code, 0);
    assert.is((await run('ceiling clear')).code, 0);
    assert.is((await run(['ceiling', 'set', '2', ...REASON])).code, 2, 'without an end');
  }),
);

test(
  'past an API that does not answer operators read, pause and close, in their own name; the rest is refused',
  asOperator(async ({ run }, service) => {
    const [id = ''] = await failedJobs(service, 1);
    const running = await run('status --direct', direct(service));
    assert.equal([running.code, running.err.includes('--direct')], [3, true], running.err);
    await service.kill();
    const at = direct(service);
    assert.is((await run('status', at)).code, 3, 'nobody listens');
    assert.match((await run('status --direct', at)).out, /intake +open\n/);
    assert.match((await run('jobs find --status failed --direct', at)).out, id);
    assert.match((await run(`jobs explain ${id} --direct`, at)).out, /input_unreadable/);
    const paused = await run(['queues', 'pause', 'interactive', '--direct', ...REASON], at);
    assert.equal([paused.code, /interactive +paused/.test(paused.out)], [0, true], paused.err);
    assert.is((await run(['intake', 'close', '--yes', '--direct', ...REASON], at)).code, 0);
    const retried = await run(['jobs', 'retry', id, '--direct', ...REASON], at);
    assert.equal([retried.code, /needs the API/.test(retried.err)], [2, true]);
    assert.match((await run('audit list --direct', at)).out, /directly, \w+ +intake.close/);
    await service.start();
    assert.equal(await stateOf(service), ['paused', false], 'the service starts as it was left');
  }),
);

test.run();

function asOperator(work: (desk: Desk, service: Service) => Promise<void>): () => Promise<void> {
  return withService(async service => {
    const { admin } = await service.keys();
    await atDesk({ EASEL_URL: service.url(), EASEL_ADMIN_KEY: admin }, desk => work(desk, service));
  });
}

function direct({ directory }: Service): { DATA_DIR: string } {
  return { DATA_DIR: directory };
}

async function stateOf(service: Service): Promise<[string | undefined, boolean]> {
  const { admin: key } = await service.keys();
  type Stats = { queues: { state: string }[]; intake: { open: boolean } };
  const { body } = await service.call<Stats>('GET', '/v1/admin/stats', { key });
  return [body.queues[0]?.state, body.intake.open];
}

async function failedJobs(service: Service, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let number = 0; number < count; number++) {
    const fields = { style: 'charcoal', options: JSON.stringify({ variation: number }), customerId: '4711' };
    ids.push((await service.submit(fields, { photo: NOISY })).body.id);
  }
  for (const id of ids) assert.is((await service.done(id)).status, 'failed');
  return ids;
}
