/**
 * What the Gemini double remembers of its calls: how many by model, photo, prompt or status, how many at once, what it
 * would have billed, and the last of the requests themselves.
 */
import type { Drawn } from './bodies.ts';
import type { GeminiRequest } from './requests.ts';

export interface Billed {
  readonly pictures: number;
  readonly costMicroUsd: number;
}

export interface CallFilter {
  readonly model?: string;
  /** Of the photo as it was sent, lower-case hex. */
  readonly imageSha256?: string;
  readonly prompt?: string;
  readonly seed?: number;
}

export interface GeminiCounts {
  /** Calls that came in with this; refused ones of a good form count too. */
  calls(filter?: CallFilter): number;
  /** The pictures that were drawn, whether or not they arrived. */
  billed(filter?: CallFilter): Billed;
  /** HTTP requests to any path, however bad; those for credentials are not counted. */
  httpRequests(): number;
  /** The most requests that were under way at once. */
  mostAtOnce(): number;
  underWay(): number;
  /** Answers whose connection was closed before their end. */
  cutOff(): number;
  /** The last so many calls, oldest first. */
  readonly requests: readonly GeminiRequest[];
}

/** Enough for a test to look at; a load of calls must not fill the memory with prompts. */
const REQUESTS_KEPT = 200;

type Row = Required<{ [key in keyof CallFilter]: CallFilter[key] | undefined }> & { pictures: number; cost: number };

export function createCounts() {
  const rows: Row[] = [];
  // A prompt is the same text in thousands of calls: kept once.
  const prompts = new Map<string, string>();
  const requests: GeminiRequest[] = [];
  let [http, underWay, most, cutOff] = [0, 0, 0, 0];

  const matching = (filter: CallFilter = {}) =>
    rows.filter(row => Object.entries(filter).every(([key, value]) => row[key as keyof CallFilter] === value));

  const counts: GeminiCounts = {
    requests,
    calls: filter => matching(filter).length,
    billed: filter => {
      const found = matching(filter);
      const sum = (of: (row: Row) => number) => found.reduce((total, row) => total + of(row), 0);
      return { pictures: sum(row => row.pictures), costMicroUsd: sum(row => row.cost) };
    },
    httpRequests: () => http,
    mostAtOnce: () => most,
    underWay: () => underWay,
    cutOff: () => cutOff,
  };
  return {
    counts,
    began() {
      http++;
      underWay++;
      most = Math.max(most, underWay);
    },
    ended(complete: boolean) {
      underWay--;
      if (!complete) cutOff++;
    },
    /** Answers with what is to be called with each picture drawn for it. */
    called(request: GeminiRequest): (drawn: Drawn) => void {
      const prompt = prompts.get(request.prompt) ?? request.prompt;
      prompts.set(prompt, prompt);
      const { model, imageSha256, seed } = request;
      const row: Row = { model, imageSha256, prompt, seed, pictures: 0, cost: 0 };
      rows.push(row);
      requests.push({ ...request, prompt });
      if (requests.length > REQUESTS_KEPT) requests.shift();
      return ({ costMicroUsd }) => {
        row.pictures++;
        row.cost += costMicroUsd;
      };
    },
  };
}
