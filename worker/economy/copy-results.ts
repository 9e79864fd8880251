/**
 * An upstream batch that has ended: its answers are taken one by one, as they can be read, each through the very steps
 * that a picture of its own call goes through. Each is noted by the end of its attempt, so that a worker that dies
 * between any two goes on with the next. Then the items without an answer are settled, and the batch is.
 */
import type { UpstreamBatch } from '../../common/economy/upstream-batch.ts';
import { ResultsGone, type UpstreamLook } from '../../common/platform/batch-model.ts';
import { copyAnswer } from './copy-answer.ts';
import { type Ending, failItems, settled } from './settle-items.ts';
import type { BatchWorker, Step } from './tend-upstream.ts';

interface Ended {
  readonly batch: UpstreamBatch;
  readonly look: UpstreamLook;
  readonly signal: AbortSignal;
}

export async function copyResults(worker: BatchWorker, ended: Ended): Promise<Step> {
  const { batch, look, signal } = ended;
  const { engine } = worker;
  const read = await readAnswers(worker, ended).catch((error: unknown) => {
    if (error instanceof ResultsGone) return error;
    throw error;
  });
  if (read instanceof ResultsGone) {
    await failItems(worker, batch.items, { code: 'batch_lost', detail: read.message });
    return settled(worker, batch, read.message);
  }
  const unanswered = batch.items.filter(({ jobId }) => !read.answered.has(jobId));
  await failItems(worker, unanswered, endingOf(look, read.unreadable));
  for (const file of [batch.inputFile, look.resultsFile]) {
    if (file === undefined) continue;
    // Photos and pictures are not left with the provider for longer than needed; after two days it deletes them itself.
    await worker.batches
      .forget(file, { signal })
      .catch((error: unknown) =>
        engine.log.warn('a file is left with the provider', { upstreamBatch: batch.id, error }),
      );
  }
  return settled(worker, batch);
}

interface Read {
  readonly answered: ReadonlySet<string>;
  /** Lines that say nothing, not even of which item. */
  readonly unreadable: number;
}

async function readAnswers(worker: BatchWorker, { batch, look, signal }: Ended): Promise<Read> {
  const { engine, batches } = worker;
  const items = new Map(batch.items.map(item => [item.jobId, item]));
  const answered = new Set<string>();
  let unreadable = 0;
  if (look.resultsFile === undefined) {
    if (/SUCCEEDED/.test(look.state)) throw new Error(`${look.state}, and no results are named`);
    return { answered, unreadable };
  }
  for await (const answer of batches.results(look.resultsFile, { signal })) {
    signal.throwIfAborted();
    const item = items.get(answer.key ?? '');
    if (answer.key === undefined) unreadable++;
    if (!item || answered.has(item.jobId)) {
      engine.log.warn('an answer that belongs to no item', {
        upstreamBatch: batch.id,
        reason: item ? 'twice' : 'unknown',
      });
      continue;
    }
    await copyAnswer(worker, { item, answer, signal });
    answered.add(item.jobId);
    await engine.point('upstream-copied');
  }
  return { answered, unreadable };
}

/** Of an item that the provider has not answered. A line that could not be read may have been its answer, and paid for. */
function endingOf({ state, detail }: UpstreamLook, unreadable: number): Ending {
  const words = `the batch ended as ${state} without an answer${detail === undefined ? '' : `: ${detail}`}`;
  return { code: unreadable > 0 || state === 'GONE' ? 'batch_lost' : 'batch_unanswered', detail: words };
}
