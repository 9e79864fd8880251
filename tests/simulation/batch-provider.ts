/**
 * The simulated provider of upstream batches: takes requests as a file, draws a batch a while after it was told to, or
 * never until it is told to stop; leaves answers out, breaks some and forgets results. It keeps the books that the
 * provider of single pictures keeps, and knows which batch was created more than once.
 */
import {
  type BatchAnswer,
  type BatchItem,
  type BatchModel,
  ResultsGone,
  type UpstreamLook,
} from '../../common/platform/batch-model.ts';
import { isPlatformError } from '../../common/platform/errors.ts';
import { ModelError } from '../../common/platform/model.ts';
import type { Dice } from './dice.ts';
import type { Faults } from './faults.ts';
import type { Process } from './process.ts';
import { type Provider, USAGE } from './provider.ts';
import type { Schedule } from './schedule.ts';

export interface BatchProvider {
  connect(process: Process): BatchModel;
  /** How often a batch of this id was created. */
  created(id: string): number;
}

type ItemAnswer = 'picture' | 'broken picture' | 'refused' | 'nothing';

interface Held {
  readonly id: string;
  readonly name: string;
  readonly items: readonly BatchItem[];
  state: 'JOB_STATE_RUNNING' | 'JOB_STATE_SUCCEEDED' | 'JOB_STATE_CANCELLED';
  answers: readonly { readonly item: BatchItem; readonly answer: ItemAnswer; readonly bytes: Buffer }[];
  gone: boolean;
}

const DRAWS_MS = [20_000, 600_000] as const;
const STOPS_MS = [1_000, 120_000] as const;
const ANSWERS = { picture: 6, 'broken picture': 1, refused: 1, nothing: 1 } as const;

export interface BatchProviderParts {
  readonly schedule: Schedule;
  readonly dice: Dice;
  readonly faults: () => Faults;
  readonly provider: Provider;
}

export function createBatchProvider({ schedule, dice, faults, provider }: BatchProviderParts): BatchProvider {
  const files = new Map<string, readonly BatchItem[]>();
  const batches = new Map<string, Held>();
  let serial = 0;
  const is = (trouble: number) => dice.chance(faults().modelTrouble * trouble);

  function draw(batch: Held, state: Held['state'], share: number): void {
    if (batch.state !== 'JOB_STATE_RUNNING') return;
    batch.state = state;
    batch.gone = is(0.1);
    batch.answers = batch.items.map(item => {
      const drawn = dice.chance(share) ? (is(0.5) ? dice.weighted(ANSWERS) : 'picture') : 'nothing';
      if (drawn === 'picture' || drawn === 'broken picture') provider.books(item.request.prompt).drawn++;
      const text = drawn === 'picture' ? `picture ${++serial} of ${item.request.prompt}` : 'half a picture';
      return { item, answer: drawn, bytes: Buffer.from(text) };
    });
  }

  function create(id: string, file: string, by: string): string {
    const items = files.get(file);
    if (!items) throw new ModelError('invalid_input', 'there is no such file');
    const name = `batches/${++serial}`;
    const batch: Held = { id, name, items, state: 'JOB_STATE_RUNNING', answers: [], gone: false };
    batches.set(name, batch);
    for (const { request } of items) {
      provider.books(request.prompt).calls++;
      provider.onCall(request, by);
    }
    // One that hangs is drawn when it is told to stop, or never.
    if (!is(0.2)) {
      schedule.after(dice.between(...DRAWS_MS), `${name} ends`, () => draw(batch, 'JOB_STATE_SUCCEEDED', 1));
    }
    return name;
  }

  function lookAt(name: string): UpstreamLook | 'gone' {
    const batch = batches.get(name);
    if (!batch) return 'gone';
    const { state } = batch;
    return state === 'JOB_STATE_RUNNING'
      ? { state, phase: 'open' }
      : { state, phase: 'ended', resultsFile: `results of ${name}` };
  }

  function answersOf(file: string): BatchAnswer[] {
    const batch = batches.get(file.replace('results of ', ''));
    if (!batch || batch.gone) throw new ResultsGone(file);
    return batch.answers.flatMap(({ item, answer, bytes }) =>
      answer === 'nothing' ? [] : [read(item, answer, bytes)],
    );
  }

  return {
    created: id =>
      batches
        .values()
        .filter(batch => batch.id === id)
        .toArray().length,
    connect(process) {
      const ask = <T>(what: string, effect: () => T): Promise<T> =>
        process
          .call(what, () => {
            if (is(0.2)) throw new ModelError(dice.pick(['overloaded', 'rate_limited']), `${what} is refused`);
            return effect();
          })
          .catch((error: unknown) => {
            throw isPlatformError(error) ? new ModelError('connection_lost', `${what}: the answer is lost`) : error;
          });
      return {
        upload: (id, items) =>
          ask(`sends requests of ${id}`, () => {
            const file = `files/${++serial}`;
            files.set(file, items);
            return file;
          }),
        create: ({ id, file }) => ask(`creates ${id}`, () => create(id, file, process.name)),
        find: id => ask(`looks for ${id}`, () => batches.values().find(batch => batch.id === id)?.name),
        look: name => ask(`looks at ${name}`, () => lookAt(name)),
        async *results(file) {
          yield* await ask(`reads ${file}`, () => answersOf(file));
        },
        cancel: name =>
          ask(`cancels ${name}`, () => {
            const batch = batches.get(name);
            if (!batch) return;
            const stop = () => draw(batch, 'JOB_STATE_CANCELLED', 0.5);
            schedule.after(dice.between(...STOPS_MS), `${name} stops`, stop);
          }),
        forget: file => ask(`forgets ${file}`, () => void files.delete(file)),
      };
    },
  };
}

function read({ key, request }: BatchItem, answer: ItemAnswer, bytes: Buffer): BatchAnswer {
  return {
    key,
    read() {
      if (answer === 'refused') throw new ModelError('content_blocked', 'the item was refused');
      return { bytes, model: request.model, usage: USAGE };
    },
  };
}
