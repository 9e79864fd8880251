/**
 * Where a process is killed, from the first byte of a request to the first look after a restart. Most are the product's
 * own named points (`common/points.ts`); the others are put into its source as a process of the torture loads it
 * (`hook.ts`), or are moments that only the model's double or the connection knows.
 */

export interface KillPoint {
  readonly id: string;
  readonly when: string;
  /** A point of the product's own. */
  readonly point?: string;
  /** Put before this text of this file, which has to be there once. */
  readonly before?: readonly [file: string, text: string];
  /** What has to happen for it to be met. */
  readonly journey: JourneyName;
  /** Where there is such a moment. */
  readonly platforms: readonly ('embedded' | 'google')[];
  /** How many times it may be passed first: chance decides. */
  readonly passes: number;
  /** Takes many seconds, and is met a tenth as often as the others. */
  readonly slow?: true;
}

export const JOURNEY_NAMES = [
  ...(['submit', 'cancel', 'retry', 'sweep', 'slow', 'styles', 'items', 'lines'] as const),
  ...(['cancel-batch', 'retry-batch', 'told'] as const),
  ...(['economy', 'bulk', 'erase', 'forget', 'sell', 'restart'] as const),
] as const;
export type JourneyName = (typeof JOURNEY_NAMES)[number];

const BOTH = ['embedded', 'google'] as const;
const EMBEDDED = ['embedded'] as const;
const GOOGLE = ['google'] as const;
const common = { journey: 'submit', platforms: BOTH, passes: 3 } as const;
const once = { platforms: BOTH, passes: 1 } as const;
const upstream = { ...once, journey: 'economy', slow: true } as const;

export const KILL_POINTS: readonly KillPoint[] = [
  { ...common, id: 'K01', when: 'body half read' },
  { ...common, id: 'K02', when: 'photo stored, before the intake commit', point: 'input-stored' },
  {
    ...common,
    ...{ id: 'K03', when: 'a commit done, nobody told', platforms: EMBEDDED, passes: 12 },
    before: ['common/embedded/sqlite-commit.ts', '      for (const answer of answers) answer();'],
  },
  {
    ...common,
    ...{ id: 'K03', when: 'a commit done, nobody told', platforms: GOOGLE, passes: 6 },
    before: ['common/google/store-transactions.ts', '    return { value };\n  } catch'],
  },
  { ...common, id: 'K04', when: 'job committed, before its task', point: 'admitted' },
  { ...common, id: 'K05', when: 'task created, nothing answered', point: 'rung' },
  { ...common, id: 'K05b', when: 'the answer made, nothing written', point: 'answered' },
  { ...common, id: 'K06', when: '202 written' },
  { ...common, id: 'K07', when: 'task delivered, before the claim', point: 'delivered' },
  { ...common, id: 'K08', when: 'claim committed', point: 'claimed' },
  { ...common, id: 'K08b', when: 'photo loaded', point: 'loaded' },
  { ...common, id: 'K09', when: 'about to ask the model, nothing sent', point: 'calling' },
  { ...common, id: 'K10', when: 'request at the model' },
  { ...common, id: 'K11', when: "the answer's headers received" },
  { ...common, id: 'K12', when: 'answer received', point: 'drawn' },
  { ...common, id: 'K13', when: 'picture proven', point: 'verified' },
  {
    ...common,
    ...{ id: 'K14', when: 'preview uploaded, picture not' },
    before: ['worker/store-picture.ts', '  const { contentType } = output;\n'],
  },
  { ...common, id: 'K15', when: 'uploaded, before the finish', point: 'uploaded' },
  {
    ...common,
    ...{ id: 'K16', when: 'in the finish transaction' },
    before: ['common/jobs/finish.ts', '    await savePair(tx, engine, before, after);\n    return { kind: isDone'],
  },
  { ...common, id: 'K17', when: 'finished, before the queue is answered', point: 'finished' },
  { ...common, id: 'K18', when: 'in a heartbeat', point: 'renewing', journey: 'slow' },
  {
    ...common,
    ...{ id: 'K19', when: 'in a cancel transaction', journey: 'cancel', passes: 1 },
    before: ['common/jobs/cancel.ts', '    await savePair(tx, engine, before, after);'],
  },
  {
    ...{ ...once, id: 'K19b', when: 'a batch told to stop, its jobs not', point: 'batch-canceling' },
    journey: 'cancel-batch',
  },
  {
    ...common,
    ...{ id: 'K20', when: "in an operator's retry", journey: 'retry', passes: 1 },
    before: ['common/jobs/retry.ts', '    const into = lane ?? laneQueue(before.run.lane);'],
  },
  {
    ...{ ...once, id: 'K20b', when: 'failed jobs of a batch open again, not noted', point: 'batch-retrying' },
    journey: 'retry-batch',
  },
  {
    ...common,
    id: 'K21',
    when: 'the sweeper, between its page and its writes',
    point: 'sweeping',
    journey: 'sweep',
    passes: 1,
  },
  {
    ...common,
    id: 'K22',
    when: 'a batch, its photos stored',
    point: 'batch-input-stored',
    journey: 'styles',
    passes: 1,
  },
  {
    ...common,
    id: 'K22b',
    when: 'a batch committed, not rung for',
    point: 'batch-admitted',
    journey: 'styles',
    passes: 1,
  },
  { ...once, id: 'K22c', when: 'items taken in, not rung for', point: 'batch-admitted', journey: 'items' },
  { ...common, id: 'K22d', when: 'some items of a batch are jobs', point: 'child-admitted', journey: 'items' },
  { ...once, id: 'K22e', when: 'a part of a batch made, not noted', point: 'part-made', journey: 'items' },
  { ...once, id: 'K22f', when: 'the lines of a batch read, not taken in', point: 'batch-checked', journey: 'lines' },
  {
    ...common,
    id: 'K22g',
    when: "an item's photo stored, before its job",
    point: 'child-input-stored',
    journey: 'items',
  },
  {
    ...common,
    id: 'K23',
    when: 'file written, before its rename',
    point: 'object-written',
    platforms: EMBEDDED,
    passes: 6,
  },
  {
    ...common,
    id: 'K24',
    when: 'renamed, before the commit that names it',
    point: 'object-renamed',
    platforms: EMBEDDED,
    passes: 6,
  },
  {
    ...common,
    ...{ id: 'K25', when: 'in the look after a restart', journey: 'restart', platforms: EMBEDDED, passes: 1 },
    before: ['common/jobs/recover.ts', '    await lookAtAll(engine, ours);'],
  },
  { ...once, id: 'B1', when: 'a step of a bulk retry done, not noted', point: 'bulk-stepped', journey: 'bulk' },
  { ...once, id: 'B2', when: 'a bulk retry rung for, nothing answered', point: 'bulk-rung', journey: 'bulk' },
  {
    ...{ ...once, id: 'X1', when: 'erased objects gone, not noted', journey: 'erase' },
    before: ['common/jobs/erase.ts', "  await upkeepDone(engine, jobId, ({ kind }) => kind === 'erase', run);"],
  },
  {
    ...{ ...once, id: 'X2', when: 'a sold picture kept, not noted', journey: 'sell' },
    before: ['common/jobs/order.ts', '    const { orderedAt = 0, output } = before.job;'],
  },
  {
    ...{ ...once, id: 'X3', when: 'a step of a customer forgotten, not noted', point: 'erasure-stepped' },
    ...{ journey: 'forget', passes: 3 },
  },
  { ...once, id: 'W1', when: "a shop's server told, not noted", point: 'webhook-sent', journey: 'told' },
  { ...upstream, id: 'E0', when: 'an upstream batch begun, its jobs not claimed', point: 'upstream-begun' },
  { ...upstream, id: 'E1', when: 'jobs claimed for an upstream batch', point: 'upstream-claimed' },
  { ...upstream, id: 'E2', when: 'its requests are with the provider', point: 'upstream-uploaded' },
  { ...upstream, id: 'E3', when: 'about to create it', point: 'upstream-creating' },
  { ...upstream, id: 'E4', when: 'created, its name not noted', point: 'upstream-created' },
  { ...upstream, id: 'E4b', when: 'its name noted', point: 'upstream-noted' },
  { ...upstream, id: 'E5', when: 'one of its pictures stored', point: 'upstream-stored', passes: 3 },
  { ...upstream, id: 'E6', when: 'all of them delivered, not noted', point: 'upstream-copied' },
  { ...upstream, id: 'E7', when: 'settled', point: 'upstream-settled' },
];
