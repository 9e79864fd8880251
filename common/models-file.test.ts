import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CATALOGUE, DEFAULT_MODEL, OFFLINE_MODEL } from './models.ts';
import { readCatalogue } from './models-file.ts';

const test = suite('models of a file');

const OWN = {
  id: 'own-image-model',
  sizes: ['1K'],
  aspectRatios: ['1:1', '4:5'],
  price: { input: 100_000, outputText: 0, outputImage: 20_000_000 },
  imageTokens: { '1K': 1_000 },
  inputImageTokens: 500,
  inputSidePx: 1_024,
  takesSeed: false,
  fallback: DEFAULT_MODEL,
  source: 'our contract',
  asOf: '2026-11-01',
};

test('without a file it is the built-in catalogue', () => {
  assert.is(readCatalogue({ model: OFFLINE_MODEL }), CATALOGUE);
  refuses(() => readCatalogue({ model: 'no-such-model' }), 'GEMINI_MODEL: expected one of gemini-3.1-flash-lite-image');
});

test('a file adds models, and one with a known id counts instead of the built-in one', async () => {
  const { fallback: _, ...alone } = OWN;
  const cheaper = { ...alone, id: DEFAULT_MODEL, aspectRatios: CATALOGUE.get(DEFAULT_MODEL)?.aspectRatios };
  await withFile([OWN, cheaper], modelsFile => {
    const catalogue = readCatalogue({ modelsFile, model: OWN.id });
    assert.is(catalogue.get(OWN.id)?.price.outputImage, 20_000_000);
    assert.is(catalogue.get(DEFAULT_MODEL)?.source, 'our contract');
    assert.is(catalogue.size, CATALOGUE.size + 1);
  });
});

test('what is wrong with a file is said with its place, all of it at once', async () => {
  const wrong = { ...OWN, price: { ...OWN.price, input: -1 }, sizes: ['8K'], colour: 'red' };
  await withFile([wrong], modelsFile => {
    refuses(() => readCatalogue({ modelsFile, model: OWN.id }), /MODELS_FILE: 0\.sizes\.0.*0\.price\.input.*"colour"/s);
  });
  await withFile('nonsense', modelsFile => {
    refuses(() => readCatalogue({ modelsFile, model: OWN.id }), 'MODELS_FILE');
  });
  refuses(() => readCatalogue({ modelsFile: '/no/such/file', model: OWN.id }), 'MODELS_FILE: expected a JSON file');
});

test('a fallback that is unknown or cannot draw the same is refused, and so is a size without tokens', async () => {
  const cases = [
    [{ ...OWN, fallback: 'nobody' }, 'nobody is no known model'],
    [{ ...OWN, sizes: ['4K'], imageTokens: { '4K': 1 } }, 'cannot draw the same: size'],
    [{ ...OWN, aspectRatios: ['1:8'] }, 'cannot draw the same: aspectRatio'],
    [{ ...OWN, imageTokens: {} }, 'imageTokens: expected a count for 1K'],
  ] as const;
  for (const [entry, problem] of cases) {
    await withFile([entry], modelsFile => {
      refuses(() => readCatalogue({ modelsFile, model: OWN.id }), problem);
    });
  }
});

test.run();

function refuses(read: () => unknown, problem: string | RegExp): void {
  assert.throws(read, (error: Error) => {
    assert.match(error.message, problem);
    return true;
  });
}

async function withFile(content: unknown, use: (path: string) => void): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'easel-models-'));
  const path = join(folder, 'models.json');
  try {
    await writeFile(path, JSON.stringify(content));
    use(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}
