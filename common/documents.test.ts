import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inWorld } from '../tests/world.ts';
import { COLLECTIONS } from './collections.ts';

const test = suite('documents');

/** Everything here can be read by the client that owns the job, straight from the store: nothing secret may join. */
const FACE = [
  'attempt',
  'charge',
  'createdAt',
  'done',
  'expireAt',
  'finishedAt',
  'id',
  'lane',
  'output',
  'ownerUid',
  'pollAfterMs',
  'reused',
  'sequence',
  'shop',
  'startedAt',
  'status',
  'v',
];

test(
  'the public face of a job has these fields and no other',
  inWorld(async world => {
    world.startWorker();
    const job = await world.done((await world.admitted()).id);
    assert.equal(Object.keys(job).sort(), FACE);
    assert.equal(Object.keys(job.output ?? {}).sort(), [
      'bytes',
      'contentType',
      'expiresAt',
      'height',
      'placeholder',
      'sha256',
      'width',
    ]);
    assert.not.match(JSON.stringify(job), 'customer-1');
  }),
);

test('collections have different names', () => {
  const names = COLLECTIONS.map(({ name }) => name);
  assert.is(new Set(names).size, names.length);
});

test.run();
