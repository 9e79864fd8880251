/**
 * `easel costs` and `easel ledger` as operators have them: the real process, in a pipe. Against the real service, where
 * pictures cost nothing, and against a server that answers what a month with a provider does.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { COST_EXAMPLES } from '../../api/openapi/cost-answers.ts';
import { withService } from '../../tests/service.ts';
import { atDesk, send, withServer } from './easel-process.ts';

const test = suite('easel costs');

test(
  'the costs of the real service: a table, its CSV, JSON, refusals by name, and ledgers that agree',
  withService(async service => {
    const { admin } = await service.keys();
    await service.submit({ style: 'ink-wash' }, { headers: { Prefer: 'wait=20' } });
    await atDesk({ EASEL_URL: service.url(), EASEL_ADMIN_KEY: admin }, async ({ run }) => {
      const { code, out, err } = await run('costs --by style');
      assert.is(code, 0, err);
      assert.match(
        out,
        /^STYLE +SPENT +PICTURES +EACH +ATTEMPTS\nink-wash +\$0\.00 +1 +\$0\.00 +1\nin all +\$0\.00 +1/,
      );
      assert.match(out, /room for +as many as you like/);
      const csv = await run('costs --by tier --csv');
      assert.match(csv.out, /^tier,spent_usd,.*\ninteractive,0\.000000,0\.000000,1,0\.000000,0,0,1\n$/);
      assert.is(JSON.parse((await run('costs --json')).out).total.pictures, 1);
      const refused = await run('costs --month 2026-13');
      assert.equal([refused.code, /month.*expected a month such as 2026-11/.test(refused.err)], [4, true]);
      const today = new Date().toISOString().slice(0, 10);
      const checked = await run(`ledger check --from ${today}`);
      assert.equal([checked.code, checked.out], [0, 'booked as the ledgers say; ledgers read: 1\n']);
      assert.is((await run(`ledger rebuild --from ${today}`)).code, 2, 'it wants a reason');
      assert.is((await run(['ledger', 'rebuild', '--from', today, '--reason', 'to see'])).code, 0);
      assert.match((await run('audit list')).out, /costs\.rebuild/);
    });
  }),
);

test('a month with a provider, with its forecast and what is left of today', async () => {
  const asked: string[] = [];
  await withServer(
    ({ url = '' }, response) => {
      asked.push(url);
      const { costs, costsRebuilt } = COST_EXAMPLES;
      send(response, 200, url.includes('check') ? costsRebuilt : costs);
    },
    async ({ run }) => {
      const { out } = await run('costs --month 2026-11 --by style');
      assert.match(out, /^ink-wash +\$3\.412874 +\$0\.034133 +98 +\$0\.034825 +21 \(18 %\) +101$/m);
      assert.match(out, /^forecast +\$5\.80 until 2026-11-30, at \$0\.34 a day \(the last 7 days\)$/m);
      assert.match(out, /^today +\$0\.45 of \$10\.00, calls under way included$/m);
      assert.match(out, /^room for +275 pictures; 189 of strangers, 160 in batches$/m);
      const checked = await run('ledger check --from 2026-11-22');
      assert.is(checked.code, 6);
      assert.match(
        checked.out,
        /^2026-11-22 +tier:bulk:microUsd +booked \$0\.00, the ledgers say \$0\.034133\n1 figures differ;/,
      );
      assert.equal(asked, ['/v1/admin/costs?month=2026-11&by=style', '/v1/admin/costs/check?from=2026-11-22']);
    },
  );
});

test.run();
