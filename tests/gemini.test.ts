/**
 * The service with a key of Gemini, from the submit to the signed picture: real processes, the real SDK, and on the
 * other end of the wire the double of the Gemini API.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CATALOGUE, costMicroUsd, DEFAULT_MODEL } from '../common/models.ts';
import { type GeminiDouble, openGeminiDouble } from './doubles/gemini.ts';
import { download, type JobAnswer, type Service, withService } from './service.ts';
import { PLATFORM } from './service-processes.ts';
import { waitFor } from './wait-for.ts';

const test = suite('the service draws with Gemini');
const FALLBACK = 'gemini-nano-banana-2.1';

const WORDS_USAGE = {
  promptTokenCount: 1_500,
  candidatesTokenCount: 20,
  candidatesTokensDetails: [{ modality: 'TEXT', tokenCount: 20 }],
};

interface DetailedJob extends JobAnswer {
  readonly model: string;
  readonly costUsd: string;
  readonly attempts: readonly { readonly model: string; readonly outcome: string; readonly billed: string }[];
}

test(
  'pictures come from the model, and the costs of the jobs are what the provider bills, to the micro-dollar',
  withGemini(async (service, gemini) => {
    gemini.plan(
      { kind: 'picture' },
      {
        kind: 'json',
        body: {
          candidates: [{ content: { parts: [{ text: 'Sorry.' }] }, finishReason: 'STOP' }],
          usageMetadata: WORDS_USAGE,
        },
      },
      { kind: 'status', status: 503 },
      { kind: 'picture', drafts: 2 },
    );
    const jobs: DetailedJob[] = [];
    for (let index = 0; index < 6; index++) jobs.push(await drawn(service, `customer-${index}`));
    assert.equal([...new Set(jobs.map(({ status, model }) => `${status} ${model}`))], [`succeeded ${DEFAULT_MODEL}`]);
    const { bytes } = await download(jobs[0]?.output?.url ?? '');
    const { width, height } = await sharp(bytes).metadata();
    assert.ok((width ?? 0) >= 800 && (height ?? 0) >= 900, `${width}×${height}`);

    const entry = CATALOGUE.get(DEFAULT_MODEL);
    const words = { inputTokens: 1_500, outputTextTokens: 20, outputImageTokens: 0 };
    const billed = gemini.billed().costMicroUsd + (entry ? costMicroUsd(entry, words) : 0);
    assert.is(
      jobs.reduce((sum, { costUsd }) => sum + Math.round(Number(costUsd) * 1e6), 0),
      billed,
    );
    const { text } = await metrics(service);
    if (PLATFORM === 'embedded') assert.match(text, `easel_spend_today_dollars ${billed / 1e6}\n`);
    assert.is(gemini.calls(), 8);
  }),
);

test(
  'a retired model: the fallback draws and the job says so; what is blocked is blocked, and costs the shopper nothing',
  withGemini(async (service, gemini) => {
    gemini.retire(DEFAULT_MODEL);
    const job = await drawn(service, 'customer-1');
    assert.equal([job.status, job.model, job.attempt], ['succeeded', FALLBACK, 1]);
    assert.equal(
      job.attempts.map(({ model, outcome }) => `${model} ${outcome}`),
      [`${DEFAULT_MODEL} model_retired`, `${FALLBACK} succeeded`],
    );
    gemini.plan({ kind: 'json', body: { promptFeedback: { blockReason: 'SAFETY' } } });
    const blocked = await drawn(service, 'customer-2');
    assert.equal([blocked.status, blocked.error?.code, blocked.charge], ['blocked', 'content_blocked', 'released']);
    // What is told of a quota may be two seconds old.
    await waitFor('the picture to be given back', async () => (await service.remaining('customer-2')) === 10);
  }),
);

test(
  'neither key nor prompt is ever logged, whatever the provider says',
  withGemini(async (service, gemini) => {
    gemini.plan({ kind: 'status', status: 400, message: 'API key not valid: the prompt was bad' });
    const body = { prompt: 'prompt-canary, drawn in chalk', customerId: 'customer-1' };
    const { body: submitted } = await service.submit(body);
    await service.done(submitted.id);
    await drawn(service, 'customer-2');
    for (const secret of [gemini.apiKey, 'prompt-canary']) assert.not.ok(service.output().includes(secret), secret);
    assert.not.ok((await everyFile(service)).includes(gemini.apiKey), 'nor is the key kept');
  }),
);

test.run();

/** `prepare` sees the double before the service starts with it. */
function withGemini(test: (service: Service, gemini: GeminiDouble) => Promise<void>): () => Promise<void> {
  return async () => {
    const gemini = await openGeminiDouble();
    const env = { GEMINI_API_KEY: gemini.apiKey, GEMINI_BASE_URL: gemini.url, GEMINI_MODEL: DEFAULT_MODEL };
    try {
      await withService(service => test(service, gemini), env)();
    } finally {
      await gemini.close();
    }
  };
}

async function drawn(service: Service, customerId: string): Promise<DetailedJob> {
  const { body } = await service.submit({ style: 'charcoal', customerId });
  return (await service.done(body.id)) as DetailedJob;
}

async function metrics(service: Service): Promise<{ text: string }> {
  const { admin } = await service.keys();
  const response = await fetch(`${service.url()}/metrics`, { headers: { Authorization: `Bearer ${admin}` } });
  return { text: await response.text() };
}

/** What the embedded platform keeps beside pictures. */
async function everyFile({ directory }: Service): Promise<string> {
  const names = PLATFORM === 'embedded' ? ['easel.db', 'easel.db-wal', 'secrets.json'] : [];
  const contents = await Promise.all(names.map(name => readFile(join(directory, name), 'latin1').catch(() => '')));
  return contents.join('');
}
