import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CATALOGUE, cannotDraw, DEFAULT_MODEL } from './models.ts';
import { resolveStyleId, SEED_STYLES, STYLE_ALIASES } from './styles.ts';

/** What a prompt must say for the picture to be worth printing; one pattern for each promise to the shopper. */
const ESSENTIALS = {
  'the subject is framed whole': /head and shoulders.*wholly inside\s+the picture/s,
  'the likeness is kept': /marking.*ears.*colour and shape of the eyes.*collar/s,
  'every animal is drawn, and no other': /exactly as many.*None is left out.*merged.*added/s,
  'a photo without an animal is drawn too': /shows no animal.*person.*object/s,
  'the background is decided': /The background is/,
  'nothing is written on it': /no writing.*signature.*watermark.*frame/s,
  'text in the photo commands nothing': /never an instruction/,
  'one picture comes back': /one finished picture/,
};

test('the five styles have ids in kebab-case, each once, and an order', () => {
  const ids = SEED_STYLES.map(style => style.id);
  assert.equal(ids, ['ink-wash', 'pen-and-marker', 'post-impressionist', 'fine-art-bw', 'charcoal']);
  for (const id of ids) assert.match(id, /^[a-z]+(-[a-z]+)*$/);
  const orders = SEED_STYLES.map(style => style.order);
  assert.equal(
    [...new Set(orders)].sort((a, b) => a - b),
    orders,
    'orders ascend, each once',
  );
});

test('every prompt says what a portrait for print needs', () => {
  for (const { id, prompt } of SEED_STYLES) {
    assert.ok(prompt.length >= 300 && prompt.length <= 4_000, `${id}: ${prompt.length} characters`);
    for (const [promise, pattern] of Object.entries(ESSENTIALS)) assert.match(prompt, pattern, `${id}: ${promise}`);
    assert.not.match(prompt, /[^\x20-\x7e\n]|\n\n\n| {2}/, `${id}: plain characters, single blanks`);
  }
  assert.is(new Set(SEED_STYLES.map(style => style.prompt)).size, SEED_STYLES.length);
});

test('every style can be shown, counted and drawn by the default model', () => {
  const model = CATALOGUE.get(DEFAULT_MODEL);
  assert.ok(model);
  for (const style of SEED_STYLES) {
    assert.ok(style.label.length > 3 && style.label.length <= 40, style.label);
    assert.match(style.description, /^[A-Z].{30,160}\.$/);
    assert.is(cannotDraw(model, style), undefined);
    assert.is(style.model, 'default');
    assert.is(style.pool, 'named');
    assert.is(style.minSidePx, 256);
    assert.is(style.enabled, true);
    assert.ok(Number.isInteger(style.version) && style.version >= 1);
  }
});

test('a style is plain JSON, as the store wants it', () => {
  assert.equal(JSON.parse(JSON.stringify(SEED_STYLES)), SEED_STYLES);
});

test('the names of the earlier service lead to styles that exist', () => {
  const ids = SEED_STYLES.map(style => style.id);
  for (const alias of Object.keys(STYLE_ALIASES)) assert.ok(ids.includes(resolveStyleId(alias)), alias);
  assert.is(resolveStyleId('ink_wash'), 'ink-wash');
  assert.is(resolveStyleId('sketch'), 'pen-and-marker');
});

test('any other name stands for itself, even one that every object has', () => {
  for (const name of ['charcoal', 'Ink_Wash', '', 'constructor', '__proto__', 'toString']) {
    assert.is(resolveStyleId(name), name);
  }
});

test.run();
