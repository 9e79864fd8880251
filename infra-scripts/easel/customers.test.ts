/**
 * The commands about customers' data as operators have them: the real process against the real service, in a pipe.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Service, withService } from '../../tests/service.ts';
import { atDesk, type Desk } from './easel-process.ts';

const test = suite('easel for those who want to be forgotten');

test(
  'what is held of a customer is saved, then erased after being asked, and nothing is left to save',
  asOperator(async ({ run }, service) => {
    const { body } = await service.submit({ style: 'charcoal', customerId: 'Jo/7' });
    await service.done(body.id);
    const file = join(service.directory, 'jo.ndjson');
    assert.is((await run(['customers', 'export', 'Jo/7', '--out', file])).code, 0);
    const lines = (await readFile(file, 'utf8'))
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as { type: string });
    assert.equal(
      lines.map(({ type }) => type),
      ['customer', 'job'],
    );
    assert.is((await run(['customers', 'export', 'Jo/7', '--out', file])).code, 2, 'a file that is there is kept');

    const unsure = await run(['customers', 'erase', 'Jo/7']);
    assert.equal([unsure.code, unsure.out], [2, '']);
    const erased = await run(['customers', 'erase', 'Jo/7', '--yes', '--reason', 'A letter of Monday.']);
    assert.is(erased.code, 0, erased.err);
    assert.match(erased.out, /^prv_[a-z0-9]{26} {2}done\n[\s\S]*1 of 1 jobs erased/);
    assert.is(erased.out.includes('Jo'), false, 'it names nobody any more');
    const left = await run(['customers', 'export', 'Jo/7']);
    assert.equal(left.out.trim().split('\n').length, 1);

    const id = erased.out.slice(0, 30);
    assert.match((await run(`customers status ${id}`)).out, 'erase-customer');
    assert.is((await run('customers status --json')).json()[0]?.id, id);
    assert.match((await run('customers status --state open')).err, 'No requests.');
    assert.is((await run('customers close nonsense')).code, 2);
    assert.match((await run('audit list --action customer.erase')).out, 'A letter of Monday.');
  }),
);

test.run();

function asOperator(work: (desk: Desk, service: Service) => Promise<void>): () => Promise<void> {
  return withService(async service => {
    const { admin } = await service.keys();
    await atDesk({ EASEL_URL: service.url(), EASEL_ADMIN_KEY: admin }, desk => work(desk, service));
  });
}
