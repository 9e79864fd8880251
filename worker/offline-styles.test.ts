import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SEED_STYLES } from '../common/styles.ts';
import { flowOf, smear } from './offline-flow.ts';
import { noise, type Plane, randomFrom, type Sheet, stairs, step, sweep, tones } from './offline-planes.ts';
import { drawingFor } from './offline-styles.ts';

function sheetOf(
  pixel: (x: number, y: number) => number,
  { signal = new AbortController().signal, variation = 0 } = {},
): Sheet {
  const [width, height] = [300, 200];
  const grey = Uint8Array.from({ length: width * height }, (_, at) => pixel(at % width, Math.floor(at / width)));
  const colour = Uint8Array.from({ length: 3 * grey.length }, (_, at) => grey[Math.floor(at / 3)] ?? 0);
  return { width, height, unit: 0.3, colour, grey, variation, signal };
}

const mean = (values: Plane) => values.reduce((sum, value) => sum + value, 0) / values.length;

test('every seeded style has a drawing of its own, and any other wish gets a sixth one', () => {
  const wishes = [...SEED_STYLES.map(style => style.id), undefined];
  assert.is(new Set(wishes.map(drawingFor)).size, 6);
  assert.is(drawingFor('a style of the shop'), drawingFor(undefined));
  assert.is(drawingFor('constructor'), drawingFor(undefined));
});

test('the grain runs along stripes, whichever way they go', async () => {
  const stripes: [name: string, alongX: number, alongY: number][] = [
    ['level', 1, 0],
    ['upright', 0, 1],
    ['rising', Math.SQRT1_2, -Math.SQRT1_2],
    ['falling', Math.SQRT1_2, Math.SQRT1_2],
  ];
  for (const [name, alongX, alongY] of stripes) {
    const sheet = sheetOf((x, y) => 128 + 90 * Math.sin((x * -alongY + y * alongX) / 4));
    const flow = await flowOf(sheet, () => 1);
    const cell = flow.cell(150, 100);
    const along = (flow.dx[cell] ?? 0) * alongX + (flow.dy[cell] ?? 0) * alongY;
    assert.ok(Math.abs(along) > 0.97, `${name}: ${along}`);
    assert.ok((flow.strength[cell] ?? 0) > 0.9, name);
  }
});

test('where a photo is even, the grain is the one that the style wants', async () => {
  const flow = await flowOf(
    sheetOf(() => 90),
    () => 0.5,
  );
  for (const [x, y] of [
    [0, 0],
    [150, 100],
    [-50, 9_000],
  ] as const) {
    const cell = flow.cell(x, y);
    assert.ok(Math.abs((flow.dx[cell] ?? 0) * Math.cos(0.5) + (flow.dy[cell] ?? 0) * Math.sin(0.5)) > 0.99);
    assert.is(flow.strength[cell], 0);
  }
});

test('smearing evens noise out along the grain and leaves it across', async () => {
  const sheet = sheetOf((_, y) => 128 + 90 * Math.sin(y / 4));
  const dust = await noise(sheet, 4, 1);
  const smeared = await smear(sheet, dust, await flowOf(sheet, () => 0), 30);
  const roughness = (values: Plane, stride: number) =>
    mean(values.map((v, at) => Math.abs(v - (values[at + stride] ?? v))));
  assert.ok(roughness(smeared, 1) < 0.4 * roughness(smeared, sheet.width));
  assert.ok(Math.abs(mean(smeared) - mean(dust)) < 3);
});

test('a dark photo and a pale one get the same middle tone', async () => {
  for (const [low, high] of [
    [5, 60],
    [150, 250],
  ] as const) {
    const sheet = sheetOf(x => low + ((high - low) * x) / 300);
    const toned = (await tones(sheet, { median: 0.5, local: 0 })).toSorted();
    assert.ok(Math.abs((toned[toned.length >> 1] ?? 0) - 128) < 8, `${low} to ${high}: ${toned[toned.length >> 1]}`);
    assert.ok((toned.at(0) ?? 9) < 5 && (toned.at(-1) ?? 0) > 250);
  }
});

test('noise and chance depend on seed and variation alone', async () => {
  const [sheet, other] = [sheetOf(() => 0), sheetOf(() => 0, { variation: 1 })];
  assert.equal(await noise(sheet, 5, 1), await noise(sheet, 5, 1));
  assert.not.equal(await noise(sheet, 5, 1), await noise(sheet, 5, 2));
  assert.not.equal(await noise(sheet, 5, 1), await noise(other, 5, 1));
  const [random, again] = [randomFrom(3), randomFrom(3)];
  const numbers = Array.from({ length: 1_000 }, random);
  assert.equal(numbers, Array.from({ length: 1_000 }, again));
  assert.ok(numbers.every(number => number >= 0 && number < 1));
  assert.ok(Math.abs(numbers.reduce((a, b) => a + b) / 1_000 - 0.5) < 0.05);
});

test('steps and stairs go either way and stay within the tones', () => {
  assert.equal([step(10, 20, 5), step(10, 20, 15), step(10, 20, 25)], [0, 0.5, 1]);
  assert.equal([step(20, 10, 5), step(20, 10, 15), step(20, 10, 25)], [1, 0.5, 0]);
  const height = stairs(10, [50, 60, 100], [150, 140, 7]);
  assert.equal([-40, 0, 100, 200, 999].map(height), [17, 17, 117, 110, 110]);
});

test('a sweep visits each pixel once and ends when the job is called off', async () => {
  const seen = new Uint8Array(300 * 200);
  const caller = new AbortController();
  await sweep(
    sheetOf(() => 0, caller),
    at => {
      seen[at] = (seen[at] ?? 0) + 1;
    },
  );
  assert.ok(seen.every(times => times === 1));
  let visits = 0;
  const sweeping = sweep(
    sheetOf(() => 0, caller),
    () => {
      if (++visits === 1) caller.abort(new Error('called off'));
    },
  );
  const error = await sweeping.catch(error => error);
  assert.match(String(error), 'called off');
  assert.ok(visits < 300 * 200, `${visits} visits`);
});

test.run();
