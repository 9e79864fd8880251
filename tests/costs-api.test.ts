/**
 * What operators are told of the costs, over HTTP: months, spans and dimensions, a table for a spreadsheet, the forecast,
 * and the ledgers that mend it. Platform: embedded; `tests/costs.test.ts` says where the figures themselves are proven.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cell } from '../api/admin/costs-csv.ts';
import { costs } from '../common/collections.ts';
import { claim } from '../common/jobs/claim.ts';
import { finish } from '../common/jobs/finish.ts';
import { DEFAULT_MODEL } from '../common/models.ts';
import { type ApiWorld, inApiWorld } from './api-world.ts';
import { delivered, failed, finished } from './job-scenes.ts';

const test = suite('costs, over HTTP');
const DAY_MS = 86_400_000;

interface Costs {
  readonly from: string;
  readonly to: string;
  readonly by: string;
  readonly total: Row;
  readonly rows: readonly Row[];
  readonly forecast?: {
    readonly until: string;
    readonly usd: number;
    readonly perDayUsd: number;
    readonly basedOnDays: number;
  };
  readonly today: {
    readonly spentUsd: number;
    readonly leftUsd: number;
    readonly picturesLeft: { readonly [share: string]: number } | null;
  };
  readonly errors?: readonly { readonly pointer: string }[];
}

interface Row {
  readonly key: string;
  readonly spentUsd: number;
  readonly possiblyUsd: number;
  readonly pictures: number;
  readonly priceEachUsd: number | null;
  readonly reusedShare: number | null;
  readonly attempts: number;
}

test(
  'the present month by day, with a forecast, and what the budget has room for',
  inApiWorld(
    async world => {
      const { ask, each } = await withCosts(world);
      const month = await ask('');
      assert.equal([month.from, month.to, month.by, month.rows.length], ['2026-11-01', '2026-11-30', 'day', 25]);
      assert.equal(
        month.rows.slice(-3).map(({ key, pictures, spentUsd }) => [key, pictures, spentUsd]),
        [
          ['2026-11-23', 2, usd(2 * each)],
          ['2026-11-24', 0, usd(perhaps)],
          ['2026-11-25', 1, usd(each)],
        ],
      );
      const { total } = month;
      assert.equal(
        [total.pictures, total.attempts, total.spentUsd, total.possiblyUsd],
        [3, 4, usd(3 * each + perhaps), usd(perhaps)],
      );
      assert.is(total.priceEachUsd, usd(Math.round((3 * each + perhaps) / 3)));
      const perDay = (2 * each + perhaps) / 2;
      const whole = 2 * each + perhaps + Math.max(each, perDay) + 5 * perDay;
      assert.equal(month.forecast, {
        until: '2026-11-30',
        usd: usd(Math.round(whole)),
        perDayUsd: usd(Math.round(perDay)),
        basedOnDays: 2,
      });
      const { today } = month;
      assert.is(today.leftUsd, usd(10_000_000 - each));
      const price = (3 * each + perhaps) / 3;
      assert.equal(today.picturesLeft, {
        customer: Math.ceil((10_000_000 - each) / price),
        anonymous: Math.ceil((7_000_000 - each) / price),
        bulk: Math.ceil((6_000_000 - each) / price),
      });
    },
    { parts: { defaultModel: DEFAULT_MODEL } },
  ),
);

test(
  'other days, months and dimensions; a month that is over has no forecast, one to come no rows',
  inApiWorld(async world => {
    const { ask, each } = await withCosts(world);
    const span = await ask('?from=2026-11-24&to=2026-11-25&by=model');
    assert.equal(
      span.rows.map(({ key, attempts }) => [key, attempts]),
      [[DEFAULT_MODEL, 2]],
    );
    assert.is(span.forecast, undefined);
    assert.is((await ask('?from=2026-11-25')).rows.length, 1, 'until today');
    for (const [by, key] of Object.entries({ style: '(prompt)', shop: 'default', tier: 'interactive' })) {
      const { rows, total } = await ask(`?month=2026-11&by=${by}`);
      assert.equal(
        [rows[0]?.key, rows[0]?.spentUsd, total.spentUsd],
        [key, usd(3 * each + perhaps), usd(3 * each + perhaps)],
      );
    }
    const before = await ask('?month=2026-10');
    assert.equal(
      [before.rows.length, before.total.spentUsd, before.total.priceEachUsd, before.forecast],
      [31, 0, null, undefined],
    );
    assert.equal((await ask('?month=2027-02')).rows, []);
  }),
);

test(
  'a table for spreadsheets, by header or by query, in dollars with six decimals',
  inApiWorld(async world => {
    const { each, admin } = await withCosts(world);
    const path = 'GET /v1/admin/costs?month=2026-11&by=tier';
    const byHeader = await world.call(path, { as: admin, headers: { accept: 'text/csv' } });
    const byQuery = await world.call(`${path}&format=csv`, { as: admin });
    assert.is(byHeader.text, byQuery.text);
    assert.is(byQuery.headers['content-type'], 'text/csv; charset=utf-8; header=present');
    assert.is(byQuery.headers['content-disposition'], 'attachment; filename="easel-costs-2026-11-by-tier.csv"');
    const [head, line, end] = byQuery.text.split('\r\n');
    assert.is(head, 'tier,spent_usd,possibly_usd,pictures,price_each_usd,reused,reused_share,attempts');
    const spent = 3 * each + perhaps;
    assert.is(line, `interactive,${dollars(spent)},${dollars(perhaps)},3,${dollars(Math.round(spent / 3))},0,0,4`);
    assert.is(end, '');
    assert.is((await world.call(`${path}&format=json`, { as: admin, headers: { accept: 'text/csv' } })).text[0], '{');
  }),
);

test('no cell of the table is taken for a formula', () => {
  assert.equal(
    ['=1+1', '+1', '-cmd|x', '@SUM(A1)', '\tx', 'a"b', 'a,b', 'ink-wash', '(prompt)', '-0.000001'].map(cell),
    ["'=1+1", "'+1", "'-cmd|x", "'@SUM(A1)", "'\tx", '"a""b"', '"a,b"', 'ink-wash', '(prompt)', '-0.000001'],
  );
});

test(
  'what makes no span of days is refused by name',
  inApiWorld(async world => {
    const admin = await world.key('admin');
    const cases: readonly (readonly [query: string, pointer: string])[] = [
      ['month=2026-13', '/month'],
      ['month=november', '/month'],
      ['month=2026-11&from=2026-11-01', '/month'],
      ['from=2026-02-30', '/from'],
      ['from=1999-01-01', '/from'],
      ['to=2026-11-01', '/from'],
      ['from=2026-11-02&to=2026-11-01', '/to'],
      ['from=2026-01-01&to=2026-04-03', '/to'],
      ['by=customer', '/by'],
      ['format=xlsx', '/format'],
      ['days=3', '/days'],
    ];
    for (const [query, pointer] of cases) {
      const { status, body } = await world.call<Costs>(`GET /v1/admin/costs?${query}`, { as: admin });
      assert.equal([query, status, body.errors?.map(one => one.pointer)], [query, 400, [pointer]]);
    }
    assert.is((await world.call('GET /v1/admin/costs?from=2026-01-01&to=2026-04-02', { as: admin })).status, 200);
    for (const from of ['2026-10-24', '2026-01-01']) {
      const { body } = await world.call<Costs>(`GET /v1/admin/costs/check?from=${from}`, { as: admin });
      assert.equal(
        body.errors?.map(one => one.pointer),
        ['/from'],
        'ledgers that may be gone',
      );
    }
  }),
);

test(
  'costs that were not booked are found by the check, booked anew by the ledgers, and that is in the audit',
  inApiWorld(async world => {
    const { admin, ask } = await withCosts(world);
    const before = await ask('');
    for (let shard = 0; shard < world.engine.settings.spendShards; shard++) {
      await world.engine.store.transaction(async tx => tx.delete(costs, `2026-11-23-${shard}`));
    }
    assert.is((await ask('')).total.pictures, 1);
    const check = () =>
      world.call<{ differing: number }>('GET /v1/admin/costs/check?from=2026-11-23&to=2026-11-25', { as: admin });
    const found = (await check()).body.differing;
    assert.ok(found > 0);
    const looker = await world.key('admin', { scopes: ['read', 'write'] });
    const body = { from: '2026-11-23', reason: 'an update' };
    assert.is((await world.call('POST /v1/admin/costs/rebuild', { as: looker, body })).status, 403);
    assert.is(
      (await world.call<{ differing: number }>('POST /v1/admin/costs/rebuild', { as: admin, body })).body.differing,
      found,
    );
    assert.is((await check()).body.differing, 0);
    assert.equal(await ask(''), before);
    const { entries } = (await world.call<{ entries: object[] }>('GET /v1/admin/audit', { as: admin })).body;
    assert.match(JSON.stringify(entries), /costs\.rebuild.*costs\/2026-11-23\.\.2026-11-23.*an update/);
  }),
);

test.run();

/** What a call of which nothing is known carries: its estimate. */
let perhaps = 0;

/** Two pictures on the 23rd, one blocked on the 24th, one picture today, the 25th. */
async function withCosts(world: ApiWorld) {
  const { engine, clock } = world;
  const id = await finished(world, delivered());
  await finished(world, delivered(), { prompt: 'another' });
  const each = (await world.run(id)).attempts[0]?.costMicroUsd ?? 0;
  await clock.advance(DAY_MS);
  const blocked = await finished(world, failed('content_blocked'), { prompt: 'a third' });
  perhaps = (await world.run(blocked)).attempts[0]?.estimateMicroUsd ?? 0;
  await clock.advance(DAY_MS);
  const late = await world.admitted({ prompt: 'a fourth' });
  await claim(engine, late.id);
  await finish(engine, late.id, 1, delivered());
  assert.ok(each > 0 && perhaps > 0);
  const admin = await world.key('admin');
  const ask = async (query: string) => {
    const { status, body } = await world.call<Costs>(`GET /v1/admin/costs${query}`, { as: admin });
    assert.is(status, 200, JSON.stringify(body));
    return body;
  };
  return { each, admin, ask };
}

function usd(microUsd: number): number {
  return microUsd / 1_000_000;
}

function dollars(microUsd: number): string {
  return usd(microUsd).toFixed(6);
}
