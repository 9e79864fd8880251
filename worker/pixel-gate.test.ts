import { setImmediate } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../tests/test-clock.ts';
import { createPixelGate, type PixelGate } from './pixel-gate.ts';

const test = suite('the pixel gate');

/** A decoder that has come through the gate, or waits there. */
interface Decoder {
  readonly isIn: () => boolean;
  end(): void;
  fail(): void;
  readonly ended: Promise<unknown>;
}

function decode(gate: PixelGate, weightPx: number): Decoder {
  const work = Promise.withResolvers<void>();
  let entered = false;
  const ended = gate
    .use(async take => {
      await take(weightPx);
      entered = true;
      await work.promise;
    })
    .catch(() => 'failed');
  return { isIn: () => entered, end: work.resolve, fail: () => work.reject(new Error('broken')), ended };
}

/** Promises that can be settled are settled then. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await setImmediate();
}

test('as many pixels as there is room for are decoded at once, the rest waits its turn', async () => {
  const gate = createPixelGate({ pixelsMax: 60, places: 9 });
  const decoders = [30, 30, 20, 5].map(weight => decode(gate, weight));
  await settle();
  const inside = () => decoders.map(({ isIn }) => isIn());
  assert.equal(inside(), [true, true, false, false], 'the small one does not pass the one before it');
  decoders[0]?.end();
  await settle();
  assert.equal(inside(), [true, true, true, true]);
  for (const { end } of decoders) end();
  await Promise.all(decoders.map(({ ended }) => ended));
});

test('a picture larger than the whole gate passes alone', async () => {
  const gate = createPixelGate({ pixelsMax: 60, places: 9 });
  const [small, huge, next] = [decode(gate, 10), decode(gate, 99), decode(gate, 10)];
  await settle();
  assert.equal([small.isIn(), huge.isIn(), next.isIn()], [true, false, false]);
  small.end();
  await settle();
  assert.equal([huge.isIn(), next.isIn()], [true, false]);
  huge.end();
  await settle();
  assert.ok(next.isIn());
  next.end();
  await next.ended;
});

test('there are no more decoders than places, however small the pictures are', async () => {
  const gate = createPixelGate({ pixelsMax: 60, places: 3 });
  const decoders = Array.from({ length: 5 }, () => decode(gate, 1));
  await settle();
  assert.is(decoders.filter(({ isIn }) => isIn()).length, 3);
  for (const { end } of decoders) end();
  await Promise.all(decoders.map(({ ended }) => ended));
});

test('work that fails, before or after it took its pixels, leaves nothing behind', async () => {
  const gate = createPixelGate({ pixelsMax: 60, places: 1 });
  const failure = await gate.use(() => Promise.reject(new Error('gone'))).catch(error => error);
  assert.is(failure.message, 'gone');
  const failing = decode(gate, 60);
  failing.fail();
  assert.is(await failing.ended, 'failed');
  const next = decode(gate, 60);
  await settle();
  assert.ok(next.isIn());
  next.end();
  await next.ended;
});

test('pixels are taken once: what is taken twice could wait for itself', async () => {
  const gate = createPixelGate({ pixelsMax: 60 });
  const twice = gate.use(async take => {
    await take(40);
    await take(40);
  });
  const failure = await twice.catch(error => error);
  assert.match(failure.message, 'once');
});

test('in any order of coming and going the bound holds and everybody gets through', async () => {
  const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 31);
  console.log(`SEED=${SEED}`);
  const random = seededRandom(SEED);
  const gate = createPixelGate({ pixelsMax: 60, places: 5 });
  const decoders = new Map<number, number>();
  let through = 0;
  const one = (id: number) =>
    gate.use(async take => {
      const weight = 1 + Math.floor(random.fraction() * 80);
      await take(weight);
      decoders.set(id, weight);
      const sum = [...decoders.values()].reduce((all, part) => all + part, 0);
      assert.ok(sum <= 60 || decoders.size === 1, `${sum} pixels, ${decoders.size} decoders`);
      for (let turns = random.fraction() * 4; turns > 0; turns--) await setImmediate();
      decoders.delete(id);
      through++;
      if (random.fraction() < 0.1) throw new Error('broken');
    });
  await Promise.allSettled(Array.from({ length: 500 }, (_, id) => one(id)));
  assert.is(through, 500);
});

test.run();
