import { readFile } from 'node:fs/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CATALOGUE, cannotDraw, costMicroUsd, DEFAULT_MODEL, estimateMicroUsd } from './models.ts';

const test = suite('the catalogue of models');

test('a cost is the arithmetic of the list price, rounded up once', () => {
  const entry = CATALOGUE.get(DEFAULT_MODEL);
  assert.ok(entry);
  const picture = { inputTokens: 0, outputTextTokens: 0, outputImageTokens: 1_120 };
  assert.is(costMicroUsd(entry, picture), 33_600, '$0.0336 for a picture at 1K');
  assert.is(costMicroUsd(entry, { inputTokens: 1, outputTextTokens: 0, outputImageTokens: 0 }), 1);
});

test('an estimate is never below the bill of a usual call', () => {
  for (const entry of CATALOGUE.values()) {
    for (const size of entry.sizes) {
      const usage = { inputTokens: 1_800, outputTextTokens: 0, outputImageTokens: entry.imageTokens[size] ?? 0 };
      assert.ok(estimateMicroUsd(entry, size) >= costMicroUsd(entry, usage), `${entry.id} ${size}`);
    }
  }
});

test('a fallback can draw every size and ratio of the model it stands in for', () => {
  for (const entry of CATALOGUE.values()) {
    const fallback = entry.fallback === undefined ? undefined : CATALOGUE.get(entry.fallback);
    if (entry.fallback !== undefined) assert.ok(fallback, entry.fallback);
    for (const size of entry.sizes) {
      for (const aspectRatio of entry.aspectRatios) {
        if (fallback) assert.is(cannotDraw(fallback, { size, aspectRatio }), undefined);
      }
    }
  }
});

test('every size has its tokens, and every entry says where its figures are from', () => {
  for (const entry of CATALOGUE.values()) {
    for (const size of entry.sizes) assert.type(entry.imageTokens[size], 'number');
    assert.match(entry.asOf, /^\d{4}-\d{2}-\d{2}$/);
    assert.ok(entry.source.length > 0);
  }
});

test('what a model cannot draw is said in a sentence', () => {
  const entry = CATALOGUE.get(DEFAULT_MODEL);
  assert.ok(entry);
  assert.is(cannotDraw(entry, { size: '1K', aspectRatio: '4:5' }), undefined);
  assert.match(cannotDraw(entry, { size: '4K', aspectRatio: '4:5' }) ?? '', 'size: expected one of 1K, got 4K');
  assert.match(cannotDraw(entry, { size: '1K', aspectRatio: '7:5' }) ?? '', 'aspectRatio: expected one of 1:1');
});

test('every model is one that the SDK knows by name, unless its entry says that it is not', async () => {
  const types = await readFile(new URL('../node_modules/@google/genai/dist/genai.d.ts', import.meta.url), 'utf8');
  const union = /^declare type Model_2 = (.+);$/m.exec(types)?.[1] ?? '';
  const known = new Set(union.match(/(?<=")[^"]+(?=")/g));
  assert.ok(known.size > 20, 'the list of the SDK was found');
  for (const { id, unlisted } of CATALOGUE.values()) assert.is(known.has(id), unlisted !== true, id);
});

test.run();
