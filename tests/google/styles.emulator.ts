/**
 * A style that is published at one process of the API is sold by another one at once, over Firestore: both were started
 * before, and neither is started again. The words that the model is asked with are the proof.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { jobs, runs } from '../../common/collections.ts';
import { createTestModel } from '../doubles/test-model.ts';
import { waitFor } from '../wait-for.ts';
import { type ApiProcess, startApi } from './api-process.ts';
import { openWholeWorld, type WholeWorld } from './whole-world.ts';

export const FILE_LIMIT_MS = 240_000;

const test = suite('styles between two processes');
const PATH = '/v1/admin/styles/charcoal';
const WORDS = 'Turn the attached photo into a charcoal drawing with nothing but three bold strokes.';

test('published at one process a style is sold at the other at once; twenty presses publish once', async () => {
  const world = await openWholeWorld({ model: createTestModel() });
  const other = await startApi(ownEnvironment(), world.keys.server);
  try {
    const token = world.keys.admin;
    const edit = await change(world.api, token, `PATCH ${PATH}/draft`, { seen: 0, body: { prompt: WORDS } });
    assert.is(edit.status, 200, await edit.text());
    const first = await drawn(world, other, '0');
    assert.is.not(first.prompt, WORDS, 'a draft is sold to nobody');

    const press = (api: ApiProcess) => change(api, token, `POST ${PATH}/publish`, { seen: 1, body: {} });
    const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => press(index % 2 ? other : world.api)));
    const statuses = answers.map(({ status }) => status).sort();
    assert.equal(statuses, [200, ...Array(19).fill(412)]);

    for (const [variation, api] of [world.api, other].entries()) {
      const sold = await drawn(world, api, String(variation + 1));
      assert.equal([sold.prompt, sold.version], [WORDS, 2]);
    }
    assert.is((await world.worker.store.get(runs, first.id))?.styleVersion, 1);
    const back = await change(other, token, `POST ${PATH}/publish`, { seen: 2, body: { version: 1 } });
    assert.is(back.status, 200, await back.text());
    assert.is((await drawn(world, world.api, '3')).prompt, first.prompt, 'version 1 is back');
    const versions = (await (await other.call('GET', `${PATH}/versions`, { token })).json()) as { versions: object[] };
    assert.is(versions.versions.length, 3);
  } finally {
    await other.stop();
    await world.close();
  }
});

test.run();

function change(
  api: ApiProcess,
  token: string,
  request: string,
  { seen, body }: { readonly seen: number; readonly body: object },
): Promise<Response> {
  const [method = '', path = ''] = request.split(' ');
  const headers = { 'Content-Type': 'application/json', 'If-Match': `"${seen}"` };
  return api.call(method, path, { token, headers, body: JSON.stringify(body) });
}

/** Submitted as a shop does, at that process; what the model was asked with. */
async function drawn(world: WholeWorld, api: ApiProcess, variation: string) {
  const fields = { style: 'charcoal', options: `{"variation":${variation}}` };
  const answer = await api.submit(fields, { token: world.keys.server });
  const { id } = (await answer.json()) as { id: string };
  const { store } = world.worker;
  await waitFor(`the end of ${id}`, async () => (await store.get(jobs, id))?.done, { limitMs: 60_000 });
  return { id, prompt: world.model.calls.at(-1)?.prompt, version: (await store.get(runs, id))?.styleVersion };
}

/** That of the first process, which the world has put into this one's. */
function ownEnvironment(): { [name: string]: string } {
  const entries = Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return Object.fromEntries(entries);
}
