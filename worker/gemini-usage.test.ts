import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CATALOGUE } from '../common/models.ts';
import { WISH } from '../tests/doubles/gemini/world.ts';
import { readUsage } from './gemini-usage.ts';

const test = suite('usage of Gemini');

/** Input, text and image tokens, as read from what the provider tells. */
function read(metadata: object | undefined, { picture = true, size = '1K' } = {}): number[] | undefined {
  const entry = CATALOGUE.get(WISH.model);
  assert.ok(entry);
  const usage = readUsage(metadata, { request: { ...WISH, size }, entry, picture });
  return usage && [usage.inputTokens, usage.outputTextTokens, usage.outputImageTokens];
}

const details = (image: unknown, text = 0) => [
  { modality: 'TEXT', tokenCount: text },
  { modality: 'IMAGE', tokenCount: image },
];
/** The photo and the 91 characters of the prompt, where the provider does not count them. */
const ESTIMATED_INPUT = 1_120 + 31;

test('everything told is read as it is told; thoughts are billed as text', () => {
  const whole = { promptTokenCount: 1_140, candidatesTokenCount: 1_150, totalTokenCount: 2_790 };
  const told = { ...whole, thoughtsTokenCount: 500, candidatesTokensDetails: details(1_120, 30) };
  assert.equal(read(told), [1_140, 530, 1_120]);
  assert.equal(read({ ...told, toolUsePromptTokenCount: 10 }), [1_150, 530, 1_120]);
});

test('output whose kind is not told counts as picture', () => {
  const told = { promptTokenCount: 1_140, candidatesTokenCount: 1_150, thoughtsTokenCount: 500 };
  assert.equal(read(told), [1_140, 500, 1_150]);
  assert.equal(read({ ...told, candidatesTokensDetails: [] }), [1_140, 500, 1_150]);
  assert.equal(read({ ...told, candidatesTokensDetails: details(0, 1_150) }), [1_140, 500, 1_150]);
  assert.equal(read(told, { picture: false }), [1_140, 500, 1_150], 'a draft may have been drawn and withheld');
  assert.equal(read({ ...told, candidatesTokensDetails: details(0, 1_150) }, { picture: false }), [1_140, 1_650, 0]);
});

test('output that is not counted is what is left of the total, else what the details add up to', () => {
  assert.equal(read({ promptTokenCount: 1_140, totalTokenCount: 2_260 }), [1_140, 0, 1_120]);
  assert.equal(read({ promptTokenCount: 1_140, candidatesTokensDetails: details(1_120) }), [1_140, 0, 1_120]);
});

test('a picture without any count is what the catalogue estimates, without a picture nothing is known', () => {
  assert.equal(read(undefined), [ESTIMATED_INPUT, 0, 1_120]);
  assert.equal(read({}, { size: '4K' }), [ESTIMATED_INPUT, 0, 3_780]);
  assert.equal(read({ promptTokenCount: 1_140 }), [1_140, 0, 1_120]);
  assert.is(read(undefined, { picture: false }), undefined);
  assert.is(read({ promptTokenCount: 0 }, { picture: false }), undefined);
});

test('counts that cannot be are none, and no count is large enough to eat up a budget', () => {
  for (const bad of [-5, Number.NaN, '1120', null, {}, []]) {
    assert.equal(read({ promptTokenCount: bad, candidatesTokenCount: bad }), [ESTIMATED_INPUT, 0, 1_120]);
    assert.equal(read({ candidatesTokensDetails: details(bad) }), [ESTIMATED_INPUT, 0, 1_120]);
  }
  const huge = { promptTokenCount: 1e300, candidatesTokenCount: 1e300, thoughtsTokenCount: 1e300 };
  assert.equal(read({ ...huge, candidatesTokensDetails: details(1e300) }), [100_000, 100_000, 100_000]);
  for (const odd of [5, 'usage', [1_120], { candidatesTokensDetails: [null, 7] }]) assert.ok(read(odd as object));
});

test.run();
