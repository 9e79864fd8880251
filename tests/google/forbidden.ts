/**
 * Every way to ask Firestore for something that is not one's own job, through its SDK; and what one hears.
 */
import type { Shopper } from './shopper.ts';

/** gRPC's status for what the rules refuse. */
export const PERMISSION_DENIED = 7;

/** All that is not to get the own job. */
export function forbidden({ db, uid }: Shopper, { own, foreign }: { own: string; foreign: string }) {
  const [mine, theirs, fresh] = [db.doc(`jobs/${own}`), db.doc(`jobs/${foreign}`), db.doc('jobs/job_fresh')];
  const jobs = db.collection('jobs');
  return {
    'get a job of somebody else': () => theirs.get(),
    'get a job that is not there': () => fresh.get(),
    'get the own run': () => db.doc(`runs/${own}`).get(),
    'list the jobs': () => jobs.get(),
    'list the own jobs': () => jobs.where('ownerUid', '==', uid).get(),
    'count the own jobs': () => jobs.where('ownerUid', '==', uid).count().get(),
    'list the jobs of all places': () => db.collectionGroup('jobs').get(),
    'list the collections': () => db.listCollections(),
    'listen to a job of somebody else': () => firstOf(heard => theirs.onSnapshot(heard.resolve, heard.reject)),
    'listen to the own run': () => firstOf(heard => db.doc(`runs/${own}`).onSnapshot(heard.resolve, heard.reject)),
    'listen to the jobs': () => firstOf(heard => jobs.onSnapshot(heard.resolve, heard.reject)),
    'create a job': () => fresh.create({ ownerUid: uid }),
    'write the own job anew': () => mine.set({ ownerUid: uid, status: 'succeeded' }),
    'change the own job': () => mine.update({ status: 'queued' }),
    'delete the own job': () => mine.delete(),
    'change the own job in a transaction': () =>
      db.runTransaction(async tx => {
        await tx.get(mine);
        tx.update(mine, { status: 'queued' });
      }),
    'take over a job of somebody else': () => theirs.set({ ownerUid: uid }, { merge: true }),
    'write into the own job': () => mine.collection('notes').doc('1').set({ ownerUid: uid }),
  };
}

/** What a listening hears first; ends it then. */
async function firstOf(listenTo: (heard: PromiseWithResolvers<unknown>) => () => void): Promise<unknown> {
  const heard = Promise.withResolvers<unknown>();
  const stop = listenTo(heard);
  try {
    return await heard.promise;
  } finally {
    stop();
  }
}

/** The status of gRPC that it was refused with; undefined when it was not. A listening tells it in words alone. */
export async function refusal(ask: () => Promise<unknown>): Promise<number | undefined> {
  return ask().then(
    () => undefined,
    ({ code, message }: { code?: number; message: string }) => code ?? Number(/^Error (\d+):/.exec(message)?.[1]),
  );
}
