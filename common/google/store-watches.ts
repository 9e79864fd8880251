/**
 * Watches of single documents. The SDK's own listener mends a broken connection, but gives up when it is refused and
 * after some two minutes without any. Here a watch goes on until it is ended, and says once that it has to wait.
 */
import type { DocumentSnapshot } from '@google-cloud/firestore';
import type { Clock, Random } from '../clock.ts';
import type { Collection, Document } from '../platform/store.ts';
import type { Documents } from './store-documents.ts';
import { translate } from './store-errors.ts';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

type OnChange<D> = (document: D | undefined) => void;

export function createWatches(
  open: () => Promise<Documents>,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
) {
  const stops = new Set<() => void>();
  const waitMs = (failures: number) =>
    (0.5 + random.fraction() / 2) * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (failures - 1));

  return {
    /** Returns the function that ends the watch. */
    add<D extends Document>(from: Collection<D>, id: string, onChange: OnChange<D>): () => void {
      let ended = false;
      let failures = 0;
      /** Ends what is under way: the listening, or the wait before the next listening. */
      let cancel = () => {};

      const tell = tellOfChanges();
      const listen = async () => {
        const documents = await open();
        if (ended) return;
        cancel = documents.reference(from, id).onSnapshot(snapshot => {
          failures = 0;
          if (!ended) tell(snapshot, () => onChange(documents.decode(from, snapshot)));
        }, goOnLater);
      };
      const goOnLater = (error: unknown) => {
        if (ended) return;
        failures++;
        if (failures === 1) process.emitWarning(`A watch of ${from.name} waits: ${translate(error).message}`);
        cancel = clock.after(waitMs(failures), start);
      };
      const start = () => void listen().catch(goOnLater);
      const stop = () => {
        ended = true;
        stops.delete(stop);
        cancel();
      };

      stops.add(stop);
      start();
      return stop;
    },
    end(): void {
      for (const stop of stops) stop();
    },
  };
}

/** Tells the first time and whenever the document is another one than at the last time, also across listenings. */
function tellOfChanges(): (snapshot: DocumentSnapshot, tell: () => void) => void {
  let seen: string | undefined;
  return (snapshot, tell) => {
    const version = snapshot.updateTime ? `${snapshot.updateTime.valueOf()}` : 'missing';
    if (version === seen) return;
    seen = version;
    try {
      tell();
    } catch (error) {
      // Within the SDK a listener's fault would become that of whatever it was doing.
      process.emitWarning(error instanceof Error ? error : String(error));
    }
  };
}
