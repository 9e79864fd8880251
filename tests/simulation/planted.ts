/**
 * Bugs to be planted into the product's own source as it is loaded, to see that the simulation finds them: one of each
 * of the three shapes that most published losses and double runs have, and some of ours. A text that is no longer in its
 * file fails the test, so that none of these goes stale unseen.
 */
export interface PlantedBug {
  readonly what: string;
  /** From the root of the repository. */
  readonly file: string;
  readonly replace: string;
  readonly by: string;
  /** Text that the replacement needs at the end of the file. */
  readonly append?: string;
}

export const PLANTED = {
  'stale-snapshot': {
    what: 'the sweeper writes back what its page of the query said, over whatever has happened since',
    file: 'common/jobs/sweep.ts',
    replace: 'const before = await readPair(tx, seen.id);',
    by: 'const fresh = await readPair(tx, seen.id); const before = fresh && { ...fresh, run: seen };',
  },
  'acknowledged-early': {
    what: 'a submit is answered when its transaction has run, not when it is committed',
    file: 'common/jobs/admit.ts',
    replace: 'return engine.store.transaction(async (tx): Promise<Admission> => {',
    by: 'return early(engine.store, async (tx) => {',
    append: `
function early(store, work) {
  return new Promise((resolve, reject) => {
    store.transaction(async tx => {
      const value = await work(tx);
      resolve(value);
      return value;
    }).catch(reject);
  });
}`,
  },
  'unknown-commit': {
    what: 'an admission that runs again after a commit of unknown outcome does not look for its own run',
    file: 'common/jobs/admit.ts',
    replace: 'const earlier = await readPair(tx, submission.id);\n    // Our own run',
    by: 'const earlier = undefined;\n    // Our own run',
  },
  'fence-ignored': {
    what: 'a worker that lost its lease may end the run all the same',
    file: 'common/jobs/finish.ts',
    replace: "if (isDone(run.status) || run.status !== 'running' || run.fence !== fence) {",
    by: 'if (isDone(run.status)) {',
  },
  'forgotten-first': {
    what: 'the note of an erasure is removed before the objects are',
    file: 'common/jobs/erase.ts',
    replace: 'await Promise.all([...paths].map(path => engine.bucket.delete(path)));',
    by: "await upkeepDone(engine, jobId, ({ kind }) => kind === 'erase', run); await Promise.all([...paths].map(path => engine.bucket.delete(path)));",
  },
  'cancel-unheard': {
    what: 'a picture that comes after an acknowledged cancel is delivered',
    file: 'common/jobs/finish.ts',
    replace: "if (run.cancelRequested || end.kind === 'canceled') {",
    by: "if (end.kind === 'canceled') {",
  },
  'upstream-unsought': {
    what: 'a worker that goes on with an upstream batch does not ask the provider whether it has it already',
    file: 'worker/economy/create-upstream.ts',
    replace: 'const adopted = found.creations > 0 ? await batches.find(found.id, { signal }) : undefined;',
    by: 'const adopted = undefined;',
  },
  'end-counted-twice': {
    what: 'the end of a batch is noted without asking whether all of its jobs are there',
    file: 'common/batches/note-end.ts',
    replace: 'if (!standing.done) return',
    by: 'if (false) return',
  },
  'step-forgotten': {
    what: 'a step of a bulk action is counted although another delivery has taken it',
    file: 'common/bulk/step-bulk.ts',
    replace: 'if (before?.position !== position) return undefined;',
    by: 'if (!before) return undefined;',
  },
} as const satisfies { readonly [name: string]: PlantedBug };

export type PlantedName = keyof typeof PLANTED;
