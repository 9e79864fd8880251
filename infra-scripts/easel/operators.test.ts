/**
 * The operators' commands as operators have them: the real process against the real service, in a pipe.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Service, withService } from '../../tests/service.ts';
import { atDesk, type Desk, ESCAPE, send, withServer } from './easel-process.ts';

const test = suite('easel for operators');
const SECRET = 'shpss_0123456789abcdef0123456789abcdef';

test(
  'a key is printed once and alone, works, is found by its id, and is revoked after being asked',
  asOperator(async ({ run }, service) => {
    const made = await run([
      'keys',
      'create',
      'server',
      '--label',
      'Order desk',
      '--scope',
      'read',
      '--scope',
      'write',
    ]);
    assert.is(made.code, 0, made.err);
    assert.match(made.out, /^sk_[\w-]{43}\n$/);
    assert.match(made.err, /never again/);
    const key = made.out.trim();
    assert.is(made.err.includes(key), false);
    assert.is((await run('styles', { EASEL_KEY: key })).code, 0);

    const listed = await run('keys list');
    assert.match(
      listed.out,
      new RegExp(
        `^ID +KIND +SHOP +LABEL +ENDS IN +MAY +CREATED\n[0-9a-f]{12} +server +default +Order desk +${key.slice(-4)} +read write `,
      ),
    );
    assert.is(listed.out.includes(key), false);
    const id = listed.out.split('\n')[1]?.slice(0, 12) ?? '';
    assert.is((await run('keys list --all --json')).json().length, 4);
    assert.is((await run('keys list --limit 1 --json')).json()[0]?.label, 'Order desk');

    const unasked = await run(['keys', 'revoke', id, '--reason', 'It stood in a log.']);
    assert.equal([unasked.code, /nobody is there to be asked[\s\S]*--yes/.test(unasked.err)], [2, true]);
    assert.is(
      (await run('keys list --all --json')).json().some(({ revokedAt }) => revokedAt),
      false,
    );
    const revoked = await run(['keys', 'revoke', id.slice(0, 8), '--reason', 'It stood in a log.', '--yes']);
    assert.equal([revoked.code, revoked.out], [0, `${id}  revoked\n`]);
    assert.match((await run('keys list')).out, /REVOKED/);

    // An address stands in logs, so a key that is typed in place of its id must not get into one.
    const typed = await run(['keys', 'revoke', key, '--reason', 'x', '--yes']);
    assert.equal([typed.code, typed.err.includes(key)], [2, false]);
    assert.is((await run('keys revoke 000000 --reason x --yes')).code, 4);
    const last = (await run('keys list --all --json')).json().find(({ kind }) => kind === 'admin');
    const stays = await run(['keys', 'revoke', String(last?.id), '--reason', 'x', '--yes']);
    assert.equal([stays.code, /last_admin_key, HTTP 409/.test(stays.err)], [4, true]);
    assert.is(service.output().includes(key), false);
  }),
);

test(
  'a shop is made, shown and changed, and its secret comes from a file and goes nowhere else',
  asOperator(async ({ run, directory }) => {
    await writeFile(join(directory, 'secret.txt'), `${SECRET}\n`);
    const shopify = '--shopify-domain pets.myshopify.com --shopify-secret-file secret.txt'.split(' ');
    const made = await run(['shops', 'create', 'pets', '--name', 'Pet portraits', '--budget', '4.50', ...shopify]);
    assert.is(made.code, 0, made.err);
    for (const line of [
      'pets\n',
      'name +Pet portraits',
      'budget +\\$4.50 a day',
      'pets.myshopify.com, /apps/easel, secret set',
    ]) {
      assert.match(made.out, new RegExp(line));
    }
    const origins = ['--origin', 'https://a.example', '--origin', 'https://b.example'];
    const set = await run([
      'shops',
      'set',
      'pets',
      ...origins,
      '--budget',
      'none',
      '--quota-named',
      '20',
      '--free-prompts',
      'yes',
      '--json',
    ]);
    const shop = JSON.parse(set.out);
    assert.equal([shop.origins, shop.budgetUsdPerDay], [['https://a.example', 'https://b.example'], undefined]);
    assert.equal([shop.quotaPerDay, shop.freePrompts, shop.shopify.secret], [{ named: 20 }, true, 'set']);
    const bare = JSON.parse(
      (await run('shops set pets --origin none --quota-named none --shopify-domain none --json')).out,
    );
    assert.equal([bare.origins, bare.quotaPerDay, bare.shopify], [[], undefined, undefined]);
    assert.equal(JSON.parse((await run('shops show pets --json')).out), bare);
    assert.match((await run('shops list')).out, /^SHOP +NAME\ndefault +Default\npets +Pet portraits\n$/);
    const printed = [made, set, await run('audit list --all --json')];
    for (const { out, err } of printed) assert.is((out + err).includes(SECRET), false);

    const key = await run('keys create storefront --label Theme --shop pets --origin https://c.example');
    assert.equal(
      [key.code, key.out, /\/origins: expected origins that the shop "pets" lists/.test(key.err)],
      [4, '', true],
    );
  }),
);

test(
  'money, intake and queues are changed and shown, and the audit tells it',
  asOperator(async ({ run }) => {
    const raised = await run(['budget', 'raise', '--to', '20', '--until', '2h', '--reason', 'A sale this evening.']);
    assert.is(raised.code, 0, raised.err);
    assert.match(raised.out, /^spent +\$0\.00 of \$20\.00 \(0 %\)/);
    assert.match(raised.out, /usually +\$10\.00\ncustomers +open, up to \$20\.00\nanonymous +open, up to \$14\.00/);
    assert.is(JSON.parse((await run('budget show --json')).out).override.reason, 'A sale this evening.');
    assert.match((await run('budget show --shop default')).out, /^shop +default\nspent +\$0\.00, no budget/);
    assert.match((await run('budget reset')).out, /^spent +\$0\.00 of \$10\.00/);

    assert.is((await run('intake close --reason x')).code, 2, 'it wants to be told that this is meant');
    assert.is((await run('intake show')).out, 'intake  open\n');
    const closed = await run([
      'intake',
      'close',
      '--reason',
      'broken',
      '--message',
      'Back at noon.',
      '--until',
      '1h',
      '--yes',
    ]);
    assert.match(closed.out, /^intake +closed\nwhy +broken\ncallers read +Back at noon\.\n/);
    assert.is((await run('intake open')).out, 'intake  open\n');

    const paused = await run(['queues', 'pause', 'bulk', '--reason', 'slow']);
    assert.match(paused.out, /^QUEUE.*\nbulk +paused +0 +operator +resumed +slow\n$/);
    const figures = await run('stats');
    for (const line of [/^interactive( +0){7}$/m, /^bulk +paused/m, /^spent +\$0\.00/m, /^intake +open$/m]) {
      assert.match(figures.out, line);
    }
    assert.is(JSON.parse((await run('stats --json')).out).queues[1].state, 'paused');
    assert.match((await run('queues resume bulk')).out, /bulk +running/);
    assert.equal(JSON.parse((await run('queues list --json')).out).queues.length, 3);

    const entries = (await run('audit list --all --json')).json();
    assert.equal(
      entries.map(({ action }) => action),
      ['queue.resume', 'queue.pause', 'intake.open', 'intake.close', 'budget.reset', 'budget.override'],
    );
    assert.match(
      (await run('audit list --action queue.pause')).out,
      /^AT +WHO +WHAT +OF +WHY\n.* queue\.pause +queues\/bulk +slow\n$/,
    );
    assert.is((await run('audit list --target intake --json')).json().length, 2);
    assert.match((await run('audit list --limit 1')).err, 'These are the newest 1');
  }),
);

test('what is missing or wrong is told before anything is sent', async () => {
  let requests = 0;
  await withServer(
    (_, response) => {
      requests++;
      send(response, 200, {});
    },
    async ({ run }) => {
      const cases = [
        ['keys create owner --label x', 'expected server, storefront, admin, got "owner"'],
        ['keys create server', 'needs --label'],
        ['keys revoke 3f2a9c1b --yes', 'needs --reason'],
        ['keys revoke 3f2 --reason x', "is no key's id"],
        ['shops create pets', 'needs --name'],
        ['shops set pets', 'needs something to set'],
        ['shops set pets --reason x', 'needs something to set'],
        ['shops set pets --free-prompts maybe', 'expected yes or no'],
        ['shops set pets --budget much', 'expected dollars such as'],
        ['shops show ../keys', "is no shop's id"],
        ['budget raise --until 2h --reason x', 'needs --to'],
        ['budget raise --to 20 --reason x', 'needs --until'],
        ['budget raise --to 20 --until 2h', 'needs --reason'],
        ['budget raise --to 20 --until tomorrow --reason x', 'expected 06:00, 2h or a date'],
        ['budget raise --to 20 --until 2020-01-01 --reason x', 'is over already'],
        ['budget raise --to -5 --until 2h --reason x', 'expected dollars such as'],
        ['intake close --yes', 'needs --reason'],
        ['queues pause all --reason x', 'There are interactive, bulk, upkeep.'],
        ['queues pause bulk', 'needs --reason'],
      ] as const;
      for (const [line, sentence] of cases) {
        const { code, out, err } = await run(line);
        assert.equal([line, code, out, err.includes(sentence)], [line, 2, '', true], err);
      }
      assert.is((await run('shops set pets --shopify-secret-file nowhere')).code, 1);
      assert.is(requests, 0);
    },
  );
});

test(
  'the admin key is found in its own variable, or in the data directory, and a key of the wrong kind is told',
  withService(async service => {
    const { admin, server } = await service.keys();
    await atDesk({ EASEL_URL: service.url() }, async ({ run }) => {
      assert.is((await run('stats', { EASEL_KEY: server, EASEL_ADMIN_KEY: admin })).code, 0);
      assert.is((await run('styles', { EASEL_KEY: server, EASEL_ADMIN_KEY: admin })).code, 0);
      assert.is((await run('stats', { EASEL_KEY: admin })).code, 0);
      assert.is((await run('stats', { DATA_DIR: service.directory })).code, 0);
      const wrong = await run('stats', { EASEL_KEY: server });
      assert.equal([wrong.code, /EASEL_ADMIN_KEY or --key/.test(wrong.err)], [4, true]);
    });
  }),
);

test('names from outside cannot steer the terminal', async () => {
  const text = `${ESCAPE}[2Jowned`;
  const at = '2026-11-23T06:00:00.000Z';
  const rows = {
    keys: [{ id: '0'.repeat(64), kind: 'server', label: text, createdAt: at }],
    entries: [{ at, actor: text, action: 'key.create', target: text, reason: text, detail: text }],
    shops: [{ id: 'x', name: text, origins: [text], freePrompts: false, createdAt: at, updatedAt: at }],
    queues: [{ name: 'bulk', state: 'paused', reason: text }],
  };
  const single = { ...rows.shops[0], open: false, reason: text, message: text };
  await withServer(
    ({ url }, response) => send(response, 200, /shops\/x|intake/.test(url ?? '') ? single : rows),
    async ({ run }) => {
      for (const line of ['keys list', 'audit list', 'shops list', 'shops show x', 'queues list', 'intake show']) {
        const { code, out } = await run(line);
        assert.equal([line, code, out.includes('�[2Jowned'), out.includes(ESCAPE)], [line, 0, true, false]);
      }
    },
  );
});

test('the secret of a shop is in no command line', async () => {
  const seen: string[] = [];
  await withServer(
    ({ body }, response) => {
      seen.push(body);
      send(response, 200, { id: 'pets', name: 'x', origins: [], freePrompts: false, createdAt: '', updatedAt: '' });
    },
    async ({ run, directory }) => {
      await writeFile(join(directory, 'secret.txt'), `  ${SECRET}\n`);
      await run('shops set pets --shopify-secret-file secret.txt --json');
      assert.equal(
        seen.map(body => JSON.parse(body)),
        [{ shopify: { secret: SECRET } }],
      );
      const typed = await run(['shops', 'set', 'pets', '--shopify-secret', SECRET]);
      assert.equal([typed.code, (typed.out + typed.err).includes(SECRET), seen.length], [2, false, 1]);
    },
  );
});

test.run();

/** A desk whose environment leads to a service of its own, with the key of its operator. */
function asOperator(work: (desk: Desk, service: Service) => Promise<void>): () => Promise<void> {
  return withService(async service => {
    const { admin } = await service.keys();
    await atDesk({ EASEL_URL: service.url(), EASEL_ADMIN_KEY: admin }, desk => work(desk, service));
  });
}
