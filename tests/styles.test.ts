/**
 * Styles as operators change them, over HTTP: what is prepared is sold to nobody, what is published is sold at once, and
 * a trial is the operators' own. Platform: embedded, the API and the worker in the test's process;
 * `tests/google/styles.emulator.ts` publishes between two processes.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { audit, jobs, quotas, runs, styles, styleVersions } from '../common/collections.ts';
import { CATALOGUE, DEFAULT_MODEL } from '../common/models.ts';
import { ModelError } from '../common/platform/model.ts';
import { publishStyle } from '../common/styles/publish-style.ts';
import { TRIALS } from '../common/styles/try-style.ts';
import { type ApiAnswer, type ApiWorld, type ApiWorldOptions, inApiWorld, photo } from './api-world.ts';
import { createTestModel } from './doubles/test-model.ts';

const test = suite('styles of operators');
const PATH = '/v1/admin/styles/charcoal';
const WORDS = 'Turn the attached photo into a charcoal drawing with nothing but three bold strokes.';

interface StyleAnswer {
  readonly version: number;
  readonly enabled: boolean;
  readonly revision: number;
  readonly active?: ContentAnswer;
  readonly draft?: ContentAnswer & { readonly differs: boolean };
}

interface ContentAnswer {
  readonly label: string;
  readonly prompt: string;
  readonly priceUsd: number;
  readonly drawnBy: string;
  readonly picture: { readonly widthPx: number; readonly heightPx: number };
  readonly print: { readonly widthCm: number; readonly heightIn: number };
}

/** With a model that costs something. */
function inStyleWorld(check: (world: StyleWorld) => Promise<void>, options: ApiWorldOptions = {}) {
  return inApiWorld(
    async world => {
      const [as, server] = [await world.key('admin', { label: 'Console' }), await world.key('server')];
      await world.shop('default');
      const look = async (path = PATH) => (await world.call<StyleAnswer>(`GET ${path}`, { as })).body;
      const change: StyleWorld['change'] = async (request, body, seen) => {
        const revision = seen ?? (await look(PATH)).revision;
        return world.call(request, { as, body, headers: { 'If-Match': `"${revision}"` } });
      };
      await check({ ...world, as, server, look, change });
    },
    { parts: { defaultModel: DEFAULT_MODEL }, ...options },
  );
}

interface StyleWorld extends ApiWorld {
  /** An operator's key, and one of a shop. */
  readonly as: string;
  readonly server: string;
  look(path?: string): Promise<StyleAnswer>;
  /** Bound to the style charcoal as it is, or as it was seen. */
  change(request: string, body?: object, seen?: number): Promise<ApiAnswer<StyleAnswer & { readonly code?: string }>>;
}

test(
  'a draft is sold to nobody; published, the next submit draws it, and the version before is kept',
  inStyleWorld(async world => {
    world.startWorker();
    const before = await world.look();
    assert.equal([before.version, before.draft], [1, undefined]);
    const edited = await world.change(`PATCH ${PATH}/draft`, { prompt: WORDS, label: 'Bold charcoal', reason: 'Try.' });
    assert.equal([edited.status, edited.body.draft?.label, edited.body.version], [200, 'Bold charcoal', 1]);
    assert.is(await drawnPrompt(world), before.active?.prompt, 'the draft is not drawn');
    assert.equal(await listed(world), 'Charcoal 1');

    const published = await world.change(`POST ${PATH}/publish`, { reason: 'Tried.' });
    assert.equal([published.status, published.body.version, published.body.draft], [200, 2, undefined]);
    assert.is(await drawnPrompt(world), WORDS);
    assert.equal(await listed(world), 'Bold charcoal 2');
    const { body } = await world.call<{ versions: { version: number; prompt: string; publishedBy?: string }[] }>(
      `GET ${PATH}/versions`,
      { as: world.as },
    );
    assert.equal(
      body.versions.map(({ version, prompt }) => [version, prompt === WORDS]),
      [
        [2, true],
        [1, false],
      ],
    );
    assert.match(body.versions[0]?.publishedBy ?? '', / Console$/);
    assert.equal(await acts(world), ['style.edit', 'style.publish']);
  }),
);

test(
  'a job of version 1 that is tried again after version 2 is drawn with the words of version 1',
  inStyleWorld(
    async world => {
      world.startWorker();
      const { prompt: first } = (await world.look()).active ?? { prompt: '' };
      const { id } = (await world.submit({ as: world.server })).body;
      await world.done(id);
      assert.is((await world.job(id)).status, 'failed');
      await world.change(`PATCH ${PATH}/draft`, { prompt: WORDS });
      await world.change(`POST ${PATH}/publish`);
      const { sequence } = await world.job(id);
      const headers = { 'If-Match': `"${sequence}"` };
      const retried = await world.call(`POST /v1/admin/jobs/${id}/retry`, {
        ...{ as: world.as, headers, body: { reason: 'The key is back.' } },
      });
      assert.is(retried.status, 202, retried.text);
      await world.done(id);
      assert.equal([(await world.job(id)).status, (await world.run(id)).styleVersion], ['succeeded', 1]);
      assert.is(world.model.calls.at(-1)?.prompt, first);
    },
    { model: createTestModel([new ModelError('bad_key', 'no')]) },
  ),
);

test(
  'an earlier version comes back under the next number, and a draft stays a draft',
  inStyleWorld(async world => {
    const { prompt: first } = (await world.look()).active ?? { prompt: '' };
    await world.change(`PATCH ${PATH}/draft`, { prompt: WORDS });
    await world.change(`POST ${PATH}/publish`);
    await world.change(`PATCH ${PATH}/draft`, { label: 'Third' });
    const undone = await world.change(`POST ${PATH}/publish`, { version: 1 });
    assert.equal(
      [undone.body.version, undone.body.active?.prompt === first, undone.body.draft?.label],
      [3, true, 'Third'],
    );
    assert.is((await world.engine.store.get(styleVersions, 'charcoal@3'))?.restores, 1);
    assert.is((await world.change(`POST ${PATH}/publish`, { version: 3 })).body.code, 'nothing_to_publish');
    assert.is((await world.change(`POST ${PATH}/publish`, { version: 9 })).body.code, 'fields_invalid');
  }),
);

test(
  'who has seen an older draft overrules nobody, and who names none changes nothing',
  inStyleWorld(async world => {
    const seen = (await world.look()).revision;
    assert.is((await world.change(`PATCH ${PATH}/draft`, { label: 'Mine' }, seen)).status, 200);
    const late = await world.change(`PATCH ${PATH}/draft`, { label: 'Theirs' }, seen);
    assert.equal([late.status, late.body.code], [412, 'precondition_failed']);
    assert.is((await world.change(`POST ${PATH}/publish`, undefined, seen)).status, 412);
    const unbound = await world.call(`POST ${PATH}/publish`, { as: world.as });
    assert.equal([unbound.status, unbound.body.code], [428, 'precondition_required']);
    assert.is((await world.look()).draft?.label, 'Mine');
    const presses = Array.from({ length: 20 }, () => world.change(`POST ${PATH}/publish`, undefined, seen + 1));
    const statuses = (await Promise.all(presses)).map(({ status }) => status);
    assert.equal(statuses.toSorted(), [200, ...Array(19).fill(412)], 'twenty presses publish once');
    assert.is((await world.look()).version, 2);
  }),
);

test(
  'a trial says its price first, is drawn of the draft, counts nobody, and no shop can see it',
  inStyleWorld(async world => {
    world.startWorker();
    await world.change(`PATCH ${PATH}/draft`, { prompt: WORDS });
    const image = { data: await photo() };
    const attempt = (body: object) =>
      world.call<{ id: string; costUsd?: number; code?: string; reused?: boolean; trial?: object }>(
        `POST ${PATH}/try`,
        {
          ...{ as: world.as, body: { image, ...body } },
        },
      );
    for (const confirmUsd of [undefined, 0, 0.0342]) {
      const refused = await attempt({ ...(confirmUsd === undefined ? {} : { confirmUsd }) });
      assert.equal([refused.status, refused.body.code, refused.body.costUsd], [409, 'price_not_confirmed', 0.03413]);
    }
    assert.is(world.model.calls.length, 0, 'nothing was drawn');
    const { body, status } = await attempt({ confirmUsd: 0.03413 });
    assert.equal([status, body.trial], [202, { of: 'draft', by: (await world.run(body.id)).trial?.by }]);
    await world.done(body.id);
    assert.is(world.model.calls[0]?.prompt, WORDS);
    assert.is(await world.engine.store.count({ from: quotas }), 0);

    for (const as of [
      world.server,
      (await world.call('POST /v1/sessions', { as: await world.key('storefront') })).body.token,
    ]) {
      assert.is((await world.call(`GET /v1/jobs/${body.id}`, { as: as ?? '' })).status, 404);
    }
    const own = await world.call<{ jobs: object[] }>('GET /v1/jobs', { as: world.server });
    assert.equal(own.body.jobs, []);
    assert.is((await world.job(body.id)).charge, 'none');
    const found = await world.call<{ jobs: object[] }>(`GET /v1/admin/jobs?shop=${TRIALS}`, { as: world.as });
    assert.is(found.body.jobs.length, 1);

    const again = await attempt({ confirmUsd: 0.03413 });
    assert.equal([again.status, again.body.reused], [200, true], 'the same words on the same photo');
    await world.change(`PATCH ${PATH}/draft`, { prompt: `${WORDS} And a fourth.` });
    assert.is((await attempt({ confirmUsd: 0.03413 })).status, 202, 'other words are another picture');
    assert.is((await attempt({ confirmUsd: 0.03413, of: 'active' })).status, 202);
    assert.ok((await acts(world)).includes('style.try'));
  }),
);

test(
  'no picture of a trial is handed to a shopper, and none of the draft to who buys its version',
  inStyleWorld(async world => {
    world.startWorker();
    await world.change(`PATCH ${PATH}/draft`, { prompt: WORDS });
    const body = { image: { data: await photo() }, confirmUsd: 0.03413 };
    const trial = await world.call<{ id: string }>(`POST ${PATH}/try`, { as: world.as, body });
    await world.done(trial.body.id);
    await world.change(`POST ${PATH}/publish`);
    const sold = await world.submit({ as: world.server });
    assert.is(sold.status, 202);
    await world.done(sold.body.id);
    assert.is(world.model.calls.length, 2);
    assert.is.not((await world.run(trial.body.id)).generationKey, (await world.run(sold.body.id)).generationKey);
  }),
);

test(
  'variation 0, 1 and 2 are three pictures, and variation 1 again is the one that is there',
  inStyleWorld(async world => {
    world.startWorker();
    const wish = (variation: number) => ({ style: 'charcoal', customerId: '7', options: { variation } });
    const pictures = new Set<string | undefined>();
    for (const variation of [0, 1, 2]) {
      const { body } = await world.submit({ as: world.server }, wish(variation));
      pictures.add((await world.done(body.id)).output?.sha256);
    }
    assert.is(pictures.size, 3);
    const again = await world.submit({ as: world.server }, wish(1));
    assert.equal([again.status, (await world.job(again.body.id)).reused], [200, true]);
    assert.ok(pictures.has((await world.job(again.body.id)).output?.sha256));
    assert.is(world.model.calls.length, 3);
  }),
);

test(
  'a new style is sold from its first publication on, keeps its place, and can be switched off and removed before',
  inStyleWorld(async world => {
    const path = '/v1/admin/styles/linocut';
    const body = { id: 'linocut', label: 'Linocut', prompt: WORDS };
    const made = await world.call<StyleAnswer>('POST /v1/admin/styles', { as: world.as, body });
    assert.equal([made.status, made.body.version, made.body.enabled, made.body.active], [201, 0, false, undefined]);
    const submit = async () => (await world.submit({ as: world.server }, { style: 'linocut' })).body.code;
    assert.is(await submit(), 'style_unknown');
    const any = { as: world.as, headers: { 'If-Match': '*' } };
    assert.is(
      (await world.call(`PATCH ${path}`, { ...any, body: { enabled: true } })).body.code,
      'style_not_published',
    );
    assert.is((await world.call('POST /v1/admin/styles', { as: world.as, body })).body.code, 'style_exists');
    await world.call(`POST ${path}/publish`, any);
    assert.is(await submit(), undefined);
    assert.is((await world.call(`DELETE ${path}`, any)).body.code, 'style_published');
    await world.call(`PATCH ${path}`, { ...any, body: { enabled: false } });
    assert.is(await submit(), 'style_disabled');

    const ids = ['linocut', 'charcoal', 'ink-wash', 'fine-art-bw', 'pen-and-marker', 'post-impressionist'];
    const order = async (wanted: string[]) =>
      (await world.call('PUT /v1/admin/styles/order', { as: world.as, body: { ids: wanted } })).status;
    assert.equal(
      [await order(ids), await order(ids.slice(1)), await order([...ids.slice(1), 'charcoal'])],
      [200, 400, 400],
    );
    const { body: list } = await world.call<{ styles: { id: string }[] }>('GET /v1/styles', { as: world.server });
    assert.equal(
      list.styles.map(({ id }) => id),
      ids.slice(1),
    );
    await world.call('POST /v1/admin/styles', { as: world.as, body: { ...body, id: 'slip' } });
    assert.is((await world.call('DELETE /v1/admin/styles/slip', any)).status, 204);
    assert.is(await world.engine.store.get(styles, 'slip'), undefined);
  }),
);

test(
  'what a model cannot draw, or a prompt nobody should send, is refused where it is written',
  inStyleWorld(async world => {
    const cases: readonly (readonly [object, string])[] = [
      [{ model: 'mice' }, '/model'],
      [{ model: 'gemini-3.1-flash-image' }, '/model'],
      [{ size: '4K' }, '/size'],
      [{ aspectRatio: '1:8' }, '/aspectRatio'],
      [{ prompt: 'short' }, '/prompt'],
      [{ prompt: 'x'.repeat(4_001) }, '/prompt'],
      [{ prompt: `${WORDS}\u0000` }, '/prompt'],
      [{ label: '' }, '/label'],
      [{ label: 'two\nlines' }, '/label'],
      [{ minSidePx: 1 }, '/minSidePx'],
      [{ pool: 'free' }, '/pool'],
      [{ version: 7 }, '/version'],
    ];
    for (const [fields, pointer] of cases) {
      const { status, body } = await world.change(`PATCH ${PATH}/draft`, fields);
      const { errors = [] } = body as { errors?: { pointer: string }[] };
      assert.equal([status, errors.map(error => error.pointer)], [400, [pointer]], JSON.stringify(fields));
    }
    assert.is((await world.look()).draft, undefined);
    const large = await world.change(`PATCH ${PATH}/draft`, { model: 'gemini-nano-banana-2.1', size: '4K' });
    const { drawnBy, priceUsd, picture, print } = large.body.draft ?? { drawnBy: '', priceUsd: 0 };
    assert.equal([drawnBy, priceUsd], ['gemini-nano-banana-2.1', 0.11658]);
    assert.equal([picture?.widthPx, picture?.heightPx, print?.widthCm, print?.heightIn], [3_712, 4_608, 31.4, 15.4]);
  }),
);

test(
  'a publication whose answer was lost is done once',
  inStyleWorld(async world => {
    await world.change(`PATCH ${PATH}/draft`, { prompt: WORDS });
    const { store } = world.platform;
    const twice: typeof store.transaction = async work => {
      await store.transaction(work);
      return store.transaction(work);
    };
    const acting = { ...world.engine, defaultModel: DEFAULT_MODEL, store: { ...store, transaction: twice } };
    const outcome = await publishStyle(acting, 'charcoal', { by: { actor: 'test' } });
    assert.is('document' in outcome && outcome.document.version, 2);
    assert.is(await store.count({ from: styleVersions, where: [['style', '==', 'charcoal']] }), 2);
  }),
);

test(
  'a draft that no model draws any more is not published',
  inStyleWorld(async world => {
    await world.change(`PATCH ${PATH}/draft`, { model: 'gemini-3-pro-image', size: '4K' });
    const catalogue = new Map([...CATALOGUE].filter(([id]) => id !== 'gemini-3-pro-image'));
    const acting = { ...world.engine, catalogue, defaultModel: DEFAULT_MODEL };
    const outcome = await publishStyle(acting, 'charcoal', { by: { actor: 'test' } });
    assert.equal(outcome, { refused: 'cannot be drawn' });
  }),
);

test.run();

/** What the model reads when the shop submits; each time on another wish, so that nothing is reused. */
async function drawnPrompt(world: StyleWorld): Promise<string | undefined> {
  const options = { variation: world.model.calls.length };
  const { id } = (await world.submit({ as: world.server }, { style: 'charcoal', options })).body;
  await world.done(id);
  assert.is((await world.engine.store.get(jobs, id))?.status, 'succeeded');
  assert.ok(await world.engine.store.get(runs, id));
  return world.model.calls.at(-1)?.prompt;
}

async function listed(world: StyleWorld): Promise<string> {
  const { body } = await world.call<{ styles: { id: string; label: string; version: number }[] }>('GET /v1/styles', {
    as: world.server,
  });
  const style = body.styles.find(({ id }) => id === 'charcoal');
  return `${style?.label} ${style?.version}`;
}

async function acts({ engine }: StyleWorld): Promise<string[]> {
  const { items } = await engine.store.list({
    ...{ from: audit, where: [['target', '==', 'styles/charcoal']], orderBy: ['at', 'desc'], limit: 100 },
  });
  return items.map(({ action }) => action).sort();
}
