/**
 * A style's whole life in the audit: made, written, tried, published, moved, switched, given up; and a photo that is
 * drawn for an order.
 */
import * as assert from 'uvu/assert';
import type { By } from '../common/audit.ts';
import { styles } from '../common/collections.ts';
import { drawPhoto } from '../common/kept-photos/draw.ts';
import { DEFAULT_MODEL } from '../common/models.ts';
import { ownerUid } from '../common/owners.ts';
import { seedStyles } from '../common/seed-styles.ts';
import { createStyle, discardDraft, editStyle, removeStyle, switchStyle } from '../common/styles/edit-style.ts';
import { inOrder, orderStyles } from '../common/styles/order-styles.ts';
import { publishStyle } from '../common/styles/publish-style.ts';
import { NEW_STYLE } from '../common/styles/style-content.ts';
import { tryStyle } from '../common/styles/try-style.ts';
import { noteUpload } from '../common/uploads.ts';
import { findStyle, resolveWish } from '../common/wish.ts';
import { photo } from './api-world.ts';
import type { World } from './world.ts';

const MADE = 'gouache';
const SHIPPED = 'charcoal';
const PROMPT = 'Turn the attached photo into a gouache painting of three flat colours.';
const CONTENT = { ...NEW_STYLE, label: 'Gouache', description: 'Flat colours.', prompt: PROMPT };

/** Answers the words of the style: what a shop's pictures are made with is not for everybody who may read. */
export async function playStyles(world: World, by: By): Promise<{ readonly prompt: string }> {
  const { store } = world.engine;
  await seedStyles(store);
  const engine = { ...world.engine, defaultModel: DEFAULT_MODEL };
  assert.ok('document' in (await createStyle(engine, { id: MADE, content: CONTENT }, by)));
  await tried(world, by);
  assert.ok('document' in (await publishStyle(engine, MADE, { by })));
  assert.ok('document' in (await createStyle(engine, { id: 'never-sold', content: CONTENT }, by)));
  assert.is(await removeStyle(engine, 'never-sold', { by }), 'removed');
  assert.ok('document' in (await editStyle(engine, SHIPPED, { by, wish: { prompt: PROMPT } })));
  assert.ok('document' in (await discardDraft(engine, SHIPPED, { by })));
  for (const enabled of [false, true]) {
    assert.ok('document' in (await switchStyle(engine, SHIPPED, { by, enabled })));
  }
  const all = inOrder((await store.list({ from: styles, limit: 100 })).items);
  const ids = all.map(({ id }) => id).reverse();
  assert.ok('styles' in (await orderStyles(engine, ids, by)));
  await drawn(world, by);
  return { prompt: PROMPT };
}

/** Unconfirmed first: that costs nothing, and leaves nothing. */
async function tried({ engine }: World, by: By): Promise<void> {
  const trial = { by, of: 'draft', photo: Buffer.from(await photo(), 'base64'), variation: 0 } as const;
  const drawable = { ...engine, defaultModel: DEFAULT_MODEL };
  const told = await tryStyle(drawable, MADE, trial);
  if (!('costMicroUsd' in told)) throw new Error('expected the price');
  assert.ok('submitted' in (await tryStyle(drawable, MADE, { ...trial, confirmedMicroUsd: told.costMicroUsd })));
}

/** Twice, as by a double click: the second is the same job, and no act of anybody. */
async function drawn({ engine }: World, by: By): Promise<void> {
  const bytes = Buffer.from(await photo(), 'base64');
  const contentType = 'image/png';
  const uid = ownerUid(engine.settings.idSecret, 'default', { session: 'passer-by' });
  const upload = await noteUpload(engine, { shop: 'default', ownerUid: uid, contentType, bytes: bytes.length });
  await engine.bucket.put(upload.path, bytes, { contentType });
  const styleOf = (name: string) => findStyle(engine, name);
  const { wish } = await resolveWish(engine, { style: MADE }, { defaultModel: DEFAULT_MODEL, styleOf });
  for (const _ of ['a click', 'another']) {
    assert.ok('job' in (await drawPhoto(engine, upload, { wish, bytes, contentType, by })));
  }
}
