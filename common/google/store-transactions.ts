/**
 * Runs a transaction's work until it is committed. The SDK is allowed one try and all repeating is done here: its own
 * waits begin at a second and, when a quota is used up, last a minute and more each.
 */
import { type Clock, type Random, sleep } from '../clock.ts';
import { PlatformError } from '../platform/errors.ts';
import type { Store, Transaction } from '../platform/store.ts';
import type { Documents } from './store-documents.ts';
import { passing, translate } from './store-errors.ts';
import { beginRun, type Run } from './store-run.ts';
import { createTurns } from './store-turns.ts';

/** Tries that fail for this reason, in all. In their lanes the transactions of one process rarely need a third. */
const TRIES_MAX = { contended: 10, unavailable: 3 };
/** After this time no other try is begun: a request has a minute, and its client less patience. */
const TOTAL_MS = 30_000;
/** The wait before the second try is up to the first number, doubles from try to try, and stays below the second. */
const WAIT_MS = { contended: [50, 1_000], unavailable: [500, 4_000] } as const;

type Outcome<T> = { readonly value: T } | Loss;
interface Loss {
  readonly reason: 'contended' | 'unavailable';
  readonly error: unknown;
  /** The commit may have happened all the same. */
  readonly unknown: boolean;
  readonly lanes: readonly string[];
}

export function createTransaction(
  open: () => Promise<Documents>,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Store['transaction'] {
  const createTurn = createTurns(clock);

  return async <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => {
    const documents = await open();
    const endMs = clock.now() + TOTAL_MS;
    const losses: Loss[] = [];
    const turn = createTurn();
    try {
      for (;;) {
        const outcome = await tryOnce(documents, work);
        if ('value' in outcome) return outcome.value;
        losses.push(outcome);
        const count = losses.filter(({ reason }) => reason === outcome.reason).length;
        if (count >= TRIES_MAX[outcome.reason] || clock.now() >= endMs) throw giveUp(losses);
        const [firstMs, mostMs] = WAIT_MS[outcome.reason];
        // Who has the turn keeps it while he waits: so another process gets the document for itself for a while.
        await awake(sleep(clock, random.fraction() * Math.min(mostMs, firstMs * 2 ** (count - 1))));
        await turn.take(outcome.lanes);
      }
    } finally {
      turn.leave();
    }
  };
}

/** Throws what the work threw, as it is, and what no further try would mend. */
async function tryOnce<T>(documents: Documents, work: (tx: Transaction) => Promise<T>): Promise<Outcome<T>> {
  let run: Run | undefined;
  let thrown: { readonly error: unknown } | undefined;
  try {
    const value = await documents.sdk.db.runTransaction(
      async inner => {
        run = beginRun(documents, inner);
        try {
          const answer = await work(run.tx);
          // Work that goes on after a failed read must not write: it would do so by what it never saw.
          if (run.failure()) throw run.failure()?.error;
          return answer;
        } catch (error) {
          thrown = { error };
          throw error;
        } finally {
          run.end();
        }
      },
      { maxAttempts: 1 },
    );
    return { value };
  } catch (error) {
    const failed = run?.failure();
    if (thrown && !failed) throw thrown.error;
    const phase = failed ? 'read' : 'commit';
    const cause = failed ? failed.error : error;
    const reason = passing(cause, phase);
    if (!reason) throw translate(cause);
    return { reason, error: cause, unknown: phase === 'commit' && reason === 'unavailable', lanes: run?.lanes() ?? [] };
  }
}

/** A clock's timers let the process end, and with it a transaction that waits for its next try. */
async function awake(waiting: Promise<void>): Promise<void> {
  const hold = setInterval(() => {}, TOTAL_MS);
  await waiting;
  clearInterval(hold);
}

/** `contended` promises that nothing was written, which nobody knows once a commit's answer was lost. */
function giveUp(losses: readonly Loss[]): PlatformError {
  const cause = losses.at(-1)?.error;
  const error = translate(cause);
  if (error.kind === 'contended' && losses.some(({ unknown }) => unknown)) {
    return new PlatformError('unavailable', 'Whether the transaction was committed is unknown.', { cause });
  }
  return error;
}
