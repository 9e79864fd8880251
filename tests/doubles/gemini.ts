/**
 * A double of the Gemini API on the wire: `generateContent` of the Gemini API and of Vertex AI, with the metadata server
 * that gives out Vertex AI's token, on one loopback port. It takes what the real models take and refuses the rest, draws
 * real pictures, misbehaves as it is told (`gemini/answers.ts`), and counts its calls. `gemini/main.ts` runs it alone.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { CATALOGUE, type Catalogue } from '../../common/models.ts';
import type { GeminiAnswer } from './gemini/answers.ts';
import { pictureBody } from './gemini/bodies.ts';
import { createCounts, type GeminiCounts } from './gemini/counts.ts';
import { createMetadata, type MetadataMood } from './gemini/metadata.ts';
import { type GeminiRequest, readRequest } from './gemini/requests.ts';
import { send } from './gemini/send.ts';
import { closeServer, listen } from './tasks/listen.ts';

export type { GeminiAnswer } from './gemini/answers.ts';
export type { GeminiRequest } from './gemini/requests.ts';

export interface GeminiDoubleOptions {
  readonly catalogue?: Catalogue;
  /** Models that are there no more. */
  readonly retired?: readonly string[];
  /** What it answers when nothing is planned. Default: a picture. */
  readonly answer?: GeminiAnswer | ((request: GeminiRequest) => GeminiAnswer | Promise<GeminiAnswer>);
  /** Another part of the API on the same port: true when the request was one for it. */
  readonly also?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export interface GeminiDouble extends GeminiCounts {
  /** For `GEMINI_BASE_URL`. */
  readonly url: string;
  /** The one key that is let in. */
  readonly apiKey: string;
  /** With this a process finds Vertex AI's credentials as it does on Cloud Run. */
  readonly environment: { readonly [name: string]: string };
  /** The next calls, one answer each, in this order. */
  plan(...answers: readonly GeminiAnswer[]): void;
  /** The next calls for this model; they go before those planned for any. */
  planFor(model: string, ...answers: readonly GeminiAnswer[]): void;
  retire(model: string): void;
  /** How the metadata server behaves when it is asked for a token. */
  metadata(mood: MetadataMood): void;
  tokensAskedFor(): number;
  /** By clients that still wait, while it hangs. */
  tokensAwaited(): number;
  close(): Promise<void>;
}

const API_KEY = `AIzaSy${'-double'.repeat(5)}`;
const TOKEN = 'ya29.token-of-the-gemini-double';

export async function openGeminiDouble(options: GeminiDoubleOptions = {}): Promise<GeminiDouble> {
  const { catalogue = CATALOGUE, answer: usual = { kind: 'picture' } } = options;
  const retired = new Set(options.retired);
  const planned: GeminiAnswer[] = [];
  const plannedFor = new Map<string, GeminiAnswer[]>();
  const { counts, ...books } = createCounts();
  const door = { catalogue, apiKey: API_KEY, token: TOKEN, retired };
  const metadata = createMetadata(TOKEN);
  let number = 0;

  async function answerTo(request: GeminiRequest): Promise<GeminiAnswer> {
    const next = plannedFor.get(request.model)?.shift() ?? planned.shift();
    return next ?? (typeof usual === 'function' ? usual(request) : usual);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const read = readRequest(request, body, door);
    if ('kind' in read) return send(response, read, nothingGood);
    const billed = books.called(read);
    const answer = await answerTo(read);
    if (answer.delayMs !== undefined) await delay(answer.delayMs, undefined, { ref: false });
    await answer.until;
    const draw = async (wish: Extract<GeminiAnswer, { kind: 'picture' }>) => {
      const drawn = await pictureBody(wish, read, { catalogue, number: ++number });
      billed(drawn);
      return drawn.body;
    };
    if (answer.kind === 'picture') return send(response, { kind: 'json', body: await draw(answer) }, nothingGood);
    return send(response, answer, async () => JSON.stringify(await draw({ kind: 'picture' })));
  }

  const server = createServer((request, response) => {
    if (metadata.answer(request, response) || options.also?.(request, response)) return;
    books.began();
    response.once('close', () => books.ended(response.writableFinished));
    // A client that goes away in the middle is no fault of the double.
    serve(request, response).catch(() => response.destroy());
  });
  const host = `127.0.0.1:${await listen(server)}`;

  return {
    ...counts,
    url: `http://${host}`,
    apiKey: API_KEY,
    environment: {
      GCE_METADATA_HOST: host,
      METADATA_SERVER_DETECTION: 'assume-present',
      CLOUDSDK_CONFIG: '/nonexistent',
      GOOGLE_APPLICATION_CREDENTIALS: '',
    },
    plan: (...answers) => void planned.push(...answers),
    planFor: (model, ...answers) => void plannedFor.set(model, [...(plannedFor.get(model) ?? []), ...answers]),
    retire: model => void retired.add(model),
    metadata: metadata.set,
    tokensAskedFor: metadata.tokensAskedFor,
    tokensAwaited: metadata.tokensAwaited,
    close: () => closeServer(server),
  };
}

function nothingGood(): Promise<string> {
  throw new Error('only a broken answer is a part of a good one');
}
