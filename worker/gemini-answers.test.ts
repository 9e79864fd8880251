/**
 * Every row of the table through the real SDK, against the double. The cases are typed by the rows: a new row without
 * a case does not compile, and one whose case meets another row fails.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CATALOGUE, type Catalogue } from '../common/models.ts';
import { OUTCOMES } from '../common/outcomes.ts';
import type { ModelError } from '../common/platform/model.ts';
import { freePort } from '../infra-scripts/local/google-services.ts';
import { blocked, finished, quotaDetails, reasonDetails } from '../tests/doubles/gemini/answers.ts';
import { type GeminiWorld, inGeminiWorld, WISH } from '../tests/doubles/gemini/world.ts';
import type { GeminiAnswer } from '../tests/doubles/gemini.ts';
import { waitFor } from '../tests/wait-for.ts';
import { BLOCK_REASONS, FAULTS, type FaultName, FINISH_REASONS, type FinishRow, REFUSALS } from './gemini-answers.ts';

const test = suite('what Gemini answers');

const status = (code: number, more: object = {}): GeminiAnswer => ({ kind: 'status', status: code, ...more });
const PAGE = '<html><body>Something went wrong about your models and billing.</body></html>';
const BY_MINUTE = { id: 'GenerateRequestsPerMinutePerProjectPerModel' };
const BY_DAY = { id: 'GenerateRequestsPerDayPerProjectPerModel' };
const RETRY_INFO = { details: quotaDetails([], '27.5s') };
const EXCEEDED = 'You exceeded your current quota, please check your plan and billing details.';

/** An answer, and the wait in milliseconds that the error hands on, if any. */
type RefusalCase = readonly [GeminiAnswer, number?];

const REFUSAL_CASES: Record<keyof typeof REFUSALS, readonly RefusalCase[]> = {
  'a redirect (3xx): never followed, the key would go with it': [
    ...[301, 302, 303, 307, 308].map(code => [{ kind: 'redirect', status: code, to: '/elsewhere' }] as const),
    [status(304)],
  ],
  '400 with reason API_KEY_…': [
    [status(400, { message: 'API key not valid.', details: reasonDetails('API_KEY_INVALID') })],
    [status(400, { message: 'API key expired.', details: reasonDetails('API_KEY_EXPIRED') })],
  ],
  '400 FAILED_PRECONDITION: location or billing of the account': [
    [status(400, { name: 'FAILED_PRECONDITION', message: 'User location is not supported for the API use.' })],
  ],
  '400 otherwise': [
    [status(400, { message: 'Unable to process input image.' })],
    [status(400, { body: PAGE })],
    [status(400, { body: '' })],
  ],
  '401: no valid credentials': [[status(401)], [status(401, { body: PAGE })]],
  '402: to be paid first': [[status(402, { message: 'Prepayment required.' })]],
  '403 with reason BILLING_DISABLED': [[status(403, { details: reasonDetails('BILLING_DISABLED') })]],
  '403 otherwise': [
    [status(403, { details: reasonDetails('API_KEY_SERVICE_BLOCKED') })],
    [status(403, { body: PAGE })],
  ],
  '404 NOT_FOUND that names the model': [
    [status(404, { message: 'models/gemini-nano-banana-2.1 is not found for API version v1.' })],
    [status(404, { body: `[{"error":{"code":404,"status":"NOT_FOUND","message":"Publisher Model was not found."}}]` })],
  ],
  '404 otherwise: a wrong address': [
    [status(404, { body: PAGE })],
    [status(404, { message: 'Requested entity was not found.' })],
  ],
  '408: the request took too long': [[status(408)]],
  '409: a conflict inside the provider': [[status(409)]],
  '413: the request is too large': [[status(413, { body: PAGE })]],
  '429, a quota per day': [
    [status(429, { message: EXCEEDED, details: quotaDetails([BY_DAY], '22s') })],
    [status(429, { message: EXCEEDED, details: quotaDetails([BY_MINUTE, BY_DAY], '8s') })],
    [status(429, { details: quotaDetails([{ id: `${BY_DAY.id}-FreeTier` }]) })],
  ],
  '429, a quota of zero': [[status(429, { message: EXCEEDED, details: quotaDetails([{ ...BY_MINUTE, value: '0' }]) })]],
  '429, credits or spending cap used up': [
    [status(429, { message: 'Your prepayment credits are depleted. Please go to AI Studio.' })],
    [status(429, { message: 'Your project has exceeded its monthly spending cap.', ...RETRY_INFO })],
    [status(429, { message: 'You reached the spend-based rate limit.' })],
  ],
  '429 that asks for more than five minutes': [
    [status(429, { message: EXCEEDED, details: quotaDetails([BY_MINUTE], '301s') }), 301_000],
    [status(429, { details: quotaDetails([], '99999999999999999999s') }), 3_600_000],
    [status(429, { headers: { 'retry-after': '400' } }), 400_000],
  ],
  '429 with reason MODEL_CAPACITY_EXHAUSTED': [
    [status(429, { details: [...reasonDetails('MODEL_CAPACITY_EXHAUSTED'), ...RETRY_INFO.details] }), 27_500],
  ],
  '429 otherwise: per minute, or without details': [
    [status(429, { message: EXCEEDED, details: quotaDetails([BY_MINUTE], '27.5s') }), 27_500],
    [status(429, { message: EXCEEDED, details: quotaDetails([BY_MINUTE]) })],
    [status(429, { message: 'Resource has been exhausted (e.g. check quota).' })],
    [status(429, { message: 'Resource exhausted. Please try again later.', headers: { 'retry-after': '7' } }), 7_000],
    [status(429, { details: quotaDetails([], '-5s') })],
    [status(429, { body: PAGE })],
    [status(429, { body: '' })],
  ],
  '499: cancelled on the way': [[status(499)]],
  '500: a fault of the provider': [[status(500)], [status(500, RETRY_INFO), 27_500], [status(500, { body: PAGE })]],
  '501: not implemented': [[status(501)]],
  '502: a fault on the way': [
    [status(502, { body: PAGE })],
    [status(502, { body: PAGE, headers: { 'retry-after': '30' } }), 30_000],
  ],
  '503: overloaded or down': [
    [status(503, { message: 'The model is overloaded.' })],
    [status(503, RETRY_INFO), 27_500],
  ],
  '504: not done in time': [[status(504)]],
  'another 4xx': [[status(410)], [status(418, { body: PAGE })], [status(422)], [status(451)]],
  'another 5xx': [[status(520, { body: PAGE })], [status(529)], [status(599)]],
  'any other status': [[status(201, { body: '{}' })], [status(204)]],
};

for (const [row, { code, waits }] of Object.entries(REFUSALS)) {
  test(
    `${row} is ${code}`,
    inGeminiWorld(async world => {
      for (const [answer, waitMs] of REFUSAL_CASES[row as keyof typeof REFUSALS]) {
        const error = await failedOnce(world, answer);
        assert.is(error.code, code, error.message);
        assert.is(error.retryAfterMs, waitMs, error.message);
        assert.ok(waits || waitMs === undefined, 'a wait is handed on by this row');
        assert.is(error.usage, undefined);
      }
    }),
  );
}

test('every case meets its own row, and no row is without one', () => {
  assert.equal(Object.keys(REFUSAL_CASES), Object.keys(REFUSALS));
  for (const cases of Object.values(REFUSAL_CASES)) assert.ok(cases.length > 0);
});

test(
  'the words of the provider are handed on, without what they echo',
  inGeminiWorld(async world => {
    const { apiKey } = world.double;
    const told = await failedOnce(
      world,
      status(429, { message: EXCEEDED, details: quotaDetails([BY_MINUTE, BY_DAY]) }),
    );
    assert.is(told.providerCode, `429 RESOURCE_EXHAUSTED ${BY_DAY.id}`);
    assert.is(told.message, `Gemini answered 429: ${EXCEEDED}`);
    const suspended = await failedOnce(
      world,
      status(403, { message: `Consumer 'api_key:${apiKey}' has been suspended.` }),
    );
    assert.is(suspended.message, "Gemini answered 403: Consumer 'api_key:…' has been suspended.");
    const echo = await failedOnce(
      world,
      status(400, { message: 'Bad text: "animal in ink on rough paper, every whisker"' }),
    );
    assert.is(echo.message, 'Gemini answered 400: no words');
  }),
);

for (const [reason, code] of Object.entries(BLOCK_REASONS)) {
  const sent = reason === 'any other' ? 'NEW_REASON_OF_2027' : reason;
  test(
    `a prompt blocked for ${reason} is ${code}, whatever else came`,
    inGeminiWorld(async world => {
      const error = await failedOnce(world, blocked(sent));
      assert.is(error.code, code);
      assert.is(error.providerCode, `blockReason ${sent}`);
      assert.equal(error.usage, { inputTokens: 1_500, outputTextTokens: 0, outputImageTokens: 0 });
      const { body } = finished('STOP', [await pictureIn(world)]) as { body: object };
      const both = await failedOnce(world, { kind: 'json', body: { ...body, promptFeedback: { blockReason: sent } } });
      assert.is(both.code, code);
    }),
  );
}

for (const [reason, { code, picture }] of Object.entries<FinishRow>(FINISH_REASONS)) {
  const sent = reason === 'none' ? undefined : reason === 'any other' ? 'NEW_REASON_OF_2027' : reason;
  test(
    `finished with ${reason}: ${code} without a picture; with one, ${picture} counts`,
    inGeminiWorld(async world => {
      const { double, ask } = world;
      const answer = { kind: 'picture', finishReason: sent ?? null } as const;
      for (const bare of [finished(sent), finished(sent, [{ text: 'I would rather not.' }])]) {
        const error = await failedOnce(world, bare);
        assert.is(error.code, code);
        assert.is(error.providerCode, `finishReason ${sent ?? 'none'}`);
        assert.is(error.usage?.inputTokens, 1_500);
      }
      for (const [thought, counts] of [
        [false, picture !== 'none'],
        [true, picture === 'any'],
      ] as const) {
        const given: GeminiAnswer = { ...answer, thought };
        if (!counts) assert.is((await failedOnce(world, given)).code, code);
        else {
          double.plan(given);
          assert.ok((await ask()).bytes.length > 1_000);
        }
      }
    }),
  );
}

/** Each case alone in its world. */
type FaultCase = (world: GeminiWorld) => Promise<ModelError>;
const answering =
  (answer: GeminiAnswer): FaultCase =>
  world =>
    failedOnce(world, answer);
const withKey =
  (apiKey: string): FaultCase =>
  ({ modelWith, failure }) =>
    failure({}, modelWith({ access: { apiKey } }));
const at =
  (baseUrl: (world: GeminiWorld) => string): FaultCase =>
  world =>
    world.failure({}, world.modelWith({ baseUrl: baseUrl(world) }));
const late =
  (place: 'headers' | 'body', afterMs: number): FaultCase =>
  async ({ double, clock, failure }) => {
    double.plan({ kind: 'hang', at: place });
    const failing = failure();
    await arrived(double);
    await clock.advance(afterMs);
    return failing;
  };
const onProject =
  (metadata: 'refuses' | 'fails'): FaultCase =>
  async ({ double, modelWith, failure }) => {
    Object.assign(process.env, double.environment);
    double.metadata(metadata);
    return failure({}, modelWith({ access: { project: 'demo', location: 'global' } }));
  };

const FAULT_CASES: Record<FaultName, { readonly sent: 0 | 1; readonly cases: readonly FaultCase[] }> = {
  'not in the catalogue: nothing is sent': { sent: 0, cases: [({ failure }) => failure({ model: 'gemini-1' })] },
  'a key that no header can carry: nothing is sent': {
    sent: 0,
    cases: ['', 'two\nlines', 'sp ace', 'schlüssel', 'auth_tokens/abc'].map(withKey),
  },
  'credentials of the project are refused: nothing is sent': { sent: 0, cases: [onProject('refuses')] },
  'credentials of the project cannot be had: nothing is sent': { sent: 0, cases: [onProject('fails')] },
  'no connection (refused, DNS, TLS): nothing is sent': {
    sent: 0,
    cases: [
      async ({ failure, modelWith }) => failure({}, modelWith({ baseUrl: `http://127.0.0.1:${await freePort()}` })),
      at(() => 'http://no-such-host.invalid'),
      at(({ double }) => double.url.replace('http:', 'https:')),
    ],
  },
  'the connection broke after the request was sent': {
    sent: 1,
    cases: [answering({ kind: 'reset' }), answering({ kind: 'cut off', by: 'reset' })],
  },
  'an answer that stops before its end': {
    sent: 1,
    cases: [answering({ kind: 'cut off', by: 'end' }), answering({ kind: 'text', body: '{"candidates":[' })],
  },
  'no answer, or no more of it, in time': {
    sent: 1,
    cases: [late('headers', 120_000), late('body', 30_000)],
  },
  'an answer beyond the size limit': {
    sent: 1,
    cases: [
      answering({ kind: 'endless' }),
      answering({ kind: 'announced', bytes: 2 ** 31 }),
      answering({ kind: 'gzip bomb', bytes: 2 ** 28, of: 'text' }),
      answering({ kind: 'gzip bomb', bytes: 2 ** 22, of: 'values' }),
    ],
  },
  'a success that is no JSON object': {
    sent: 1,
    cases: ['', '<html>Sign in</html>', 'null', '[]', '"picture"', '7'].map(body => answering({ kind: 'text', body })),
  },
  'a fault inside the SDK': {
    sent: 0,
    cases: [
      // A model name that the SDK refuses by itself.
      ({ failure, modelWith }) => failure({ model: 'a..b' }, modelWith({ catalogue: catalogueWith('a..b') })),
    ],
  },
  'a success without a candidate': {
    sent: 1,
    cases: [{}, { candidates: [] }, { candidates: {} }, { promptFeedback: {} }].map(body =>
      answering({ kind: 'json', body }),
    ),
  },
  'a picture that is empty or no base64': {
    sent: 1,
    cases: ['', '====', 'iVBORw0KGgo', 'iVBOR%0KGgo=', 'iVBO\0w0KGgo='].map(data =>
      answering({ kind: 'picture', data }),
    ),
  },
};

for (const [fault, code] of Object.entries(FAULTS)) {
  const { sent, cases } = FAULT_CASES[fault as FaultName];
  test(`${fault} is ${code}`, async () => {
    for (const run of cases) {
      await inGeminiWorld(async world => {
        const error = await run(world);
        assert.is(error.code, code, error.message);
        assert.is(error.message.startsWith(fault), true, error.message);
        assert.is(world.double.httpRequests(), sent);
      })();
    }
  });
}

test('what may have been billed is never said to be free', () => {
  const codes = [
    ...Object.values<FinishRow>(FINISH_REASONS).map(row => row.code),
    ...Object.values(BLOCK_REASONS),
    ...Object.entries(FAULTS).flatMap(([fault, code]) => (fault.endsWith('nothing is sent') ? [] : [code])),
  ];
  for (const code of codes) assert.is.not(OUTCOMES[code].billed, 'no', code);
});

test.run();

/** One call that fails, with exactly one HTTP request. */
async function failedOnce({ double, failure }: GeminiWorld, answer: GeminiAnswer): Promise<ModelError> {
  const before = double.httpRequests();
  double.plan(answer);
  const error = await failure();
  assert.is(double.httpRequests() - before, 1, 'HTTP requests');
  return error;
}

function catalogueWith(id: string): Catalogue {
  const entry = CATALOGUE.get(WISH.model);
  assert.ok(entry);
  return new Map([[id, { ...entry, id }]]);
}

async function pictureIn({ ask }: GeminiWorld): Promise<object> {
  const { bytes } = await ask();
  return { inlineData: { mimeType: 'image/png', data: bytes.toBase64() } };
}

async function arrived(double: GeminiWorld['double']): Promise<void> {
  await waitFor('the call to arrive', () => double.calls() > 0);
}
