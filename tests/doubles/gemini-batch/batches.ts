/**
 * The batches of the batch double: created from a file of requests, each of which is checked as a call of its own would
 * be, and ended by the test, with an answer for each item, real pictures among them.
 */
import { CATALOGUE } from '../../../common/models.ts';
import type { Usage } from '../../../common/platform/model.ts';
import { pictureBody } from '../gemini/bodies.ts';
import { drawPicture } from '../gemini/pictures.ts';
import { type Door, type GeminiRequest, type Refused, readWish, refuse } from '../gemini/requests.ts';
import type { Reply } from '../gemini-batch.ts';
import type { Files } from './files.ts';

export interface BatchItemRequest extends Omit<GeminiRequest, 'path' | 'headers' | 'vertex'> {
  readonly key: string;
}

/** `nothing` leaves the item out of the results; a string is a line as it stands. */
export type ItemAnswer =
  | 'picture'
  | 'nothing'
  | string
  | { readonly error: object }
  | { readonly response: unknown }
  | { readonly lines: readonly ItemAnswer[] };

export type Answers = (item: BatchItemRequest, index: number) => ItemAnswer;

export interface HeldBatch {
  readonly name: string;
  readonly displayName: string;
  readonly model: string;
  readonly items: readonly BatchItemRequest[];
  readonly state: string;
  readonly inputFile: string;
  readonly resultsFile?: string;
  /** What it would bill: of the pictures that were drawn, once each, delivered or not. */
  readonly billed: readonly Usage[];
  readonly cancelAsked: boolean;
  readonly error?: object;
}

type Mutable<T> = { -readonly [key in keyof T]: T[key] };
type Held = Mutable<HeldBatch> & { billed: Usage[]; createTime: string };

const PAGE_SIZE = 50;
const ENDED = /_(SUCCEEDED|PARTIALLY_SUCCEEDED|FAILED|CANCELLED|EXPIRED)$/;

export function createBatches({ door, files }: { door: Door; files: Files }) {
  const batches: Held[] = [];
  let drawn = 0;
  const find = (id: string) => batches.find(({ name }) => name === `batches/${id}`);

  async function lines(batch: Held, item: BatchItemRequest, answer: ItemAnswer): Promise<string[]> {
    const { key } = item;
    if (answer === 'nothing') return [];
    if (answer === 'picture') {
      const bytes = await drawPicture({ width: 64, height: 80, type: 'png' }, ++drawn);
      const request = { ...item, path: '', headers: {}, vertex: false };
      const picture = await pictureBody({ kind: 'picture', bytes }, request, { catalogue: CATALOGUE, number: drawn });
      batch.billed.push(picture.usage);
      return [JSON.stringify({ key, response: picture.body })];
    }
    if (typeof answer === 'string') return [answer];
    if ('lines' in answer) return (await Promise.all(answer.lines.map(part => lines(batch, item, part)))).flat();
    return [JSON.stringify({ key, ...answer })];
  }

  return {
    batches: batches as readonly HeldBatch[],
    set(batch: HeldBatch, state: string) {
      (batch as Held).state = state;
    },
    async end(batch: HeldBatch, state: string, answers?: Answers) {
      const held = batch as Held;
      if (answers) {
        const all: string[] = [];
        for (const [index, item] of held.items.entries()) all.push(...(await lines(held, item, answers(item, index))));
        held.resultsFile = files.add(Buffer.from(all.map(line => `${line}\n`).join('')));
      }
      if (/FAILED/.test(state)) held.error = { code: 13, message: 'The batch failed inside the double.' };
      held.state = state;
    },
    create(model: string, body: Buffer): Reply | Refused {
      const { batch } = JSON.parse(body.toString()) as {
        batch: { displayName: string; inputConfig: { fileName: string } };
      };
      if (!door.catalogue.has(model) || door.retired.has(model)) {
        return refuse(404, `models/${model} is not found for API version v1beta.`);
      }
      const content = files.content(batch.inputConfig.fileName);
      if (!content) return refuse(400, 'The input file does not exist.');
      const items = readItems(content.toString(), model, door);
      if ('kind' in items) return items;
      const held: Held = {
        name: `batches/double${batches.length + 1}`,
        displayName: batch.displayName,
        model,
        items: items.items,
        state: 'BATCH_STATE_PENDING',
        inputFile: batch.inputConfig.fileName,
        billed: [],
        cancelAsked: false,
        createTime: new Date().toISOString(),
      };
      batches.push(held);
      return { body: JSON.stringify(operationOf(held)) };
    },
    get(id: string): Reply | Refused {
      const batch = find(id);
      return batch ? { body: JSON.stringify(operationOf(batch)) } : refuse(404, 'Requested entity was not found.');
    },
    /** Newest first. */
    list(query: URLSearchParams): Reply {
      const size = Math.min(PAGE_SIZE, Number(query.get('pageSize') ?? PAGE_SIZE));
      const from = Number(query.get('pageToken') ?? 0);
      const operations = batches
        .toReversed()
        .slice(from, from + size)
        .map(operationOf);
      const more = from + size < batches.length ? { nextPageToken: String(from + size) } : {};
      return { body: JSON.stringify({ operations, ...more }) };
    },
    /** What becomes of it then is the test's to say. */
    cancel(id: string): Reply | Refused {
      const batch = find(id);
      if (!batch) return refuse(404, 'Requested entity was not found.');
      if (ENDED.test(batch.state)) return refuse(400, 'The batch has ended.');
      batch.cancelAsked = true;
      return { body: '{}' };
    },
  };
}

function readItems(content: string, model: string, door: Door): { items: BatchItemRequest[] } | Refused {
  const entry = door.catalogue.get(model);
  const items: BatchItemRequest[] = [];
  for (const line of content.trimEnd().split('\n')) {
    const { key, request } = JSON.parse(line) as { key: string; request: unknown };
    const wish = entry ? readWish(request, entry, false) : refuse(404, 'no model');
    if ('kind' in wish) return wish;
    items.push({ key, model, ...wish });
  }
  return { items };
}

/** A long-running operation, as the API has it: its state stands in the metadata. */
function operationOf({ name, displayName, model, state, inputFile, resultsFile, error, createTime }: Held): object {
  const done = ENDED.test(state);
  const output = resultsFile === undefined ? {} : { output: { responsesFile: resultsFile } };
  const metadata = {
    '@type': 'type.googleapis.com/google.ai.generativelanguage.v1main.GenerateContentBatch',
    model: `models/${model}`,
    name,
    displayName,
    state,
    createTime,
    inputConfig: { fileName: inputFile },
    ...output,
  };
  const response = done && resultsFile !== undefined ? { response: { responsesFile: resultsFile } } : {};
  return { name, metadata, ...(done ? { done } : {}), ...(error ? { error } : {}), ...response };
}
