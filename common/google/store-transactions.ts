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

/** Tries that fail for this reason, in all. In their turn, the transactions of one process rarely need a third. */
const TRIES_MAX = { contended: 10, unavailable: 5 };
/** After this time no other try is begun: a request has a minute, and its client less patience. */
const TOTAL_MS = 30_000;
/** The wait before the second try is up to the first number, doubles from try to try, and stays below the second. */
const WAIT_MS = { contended: [50, 1_000], unavailable: [500, 4_000] } as const;

interface Loss {
  readonly reason: 'contended' | 'unavailable';
  readonly error: unknown;
  /** The commit may have happened all the same. */
  readonly unknown: boolean;
  /** What it may have lost on: see `Run`. */
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
        const waitMs = waitBefore(losses, random);
        if (waitMs === undefined || clock.now() + waitMs > endMs) throw giveUp(losses);
        // Who has the turn keeps it while waiting: so another process gets the document for itself for a while.
        await awake(sleep(clock, waitMs));
        if (outcome.reason === 'contended' && !(await turn.take(outcome.lanes, endMs - clock.now()))) {
          throw giveUp(losses);
        }
      }
    } finally {
      turn.leave();
    }
  };
}

/** Throws what the work threw, as it is, and what no other try would mend. */
async function tryOnce<T>(
  documents: Documents,
  work: (tx: Transaction) => Promise<T>,
): Promise<{ readonly value: T } | Loss> {
  let run: Run | undefined;
  let thrown: { readonly error: unknown } | undefined;
  try {
    const value = await documents.sdk.db.runTransaction(
      async inner => {
        run = beginRun(documents, inner);
        try {
          const answer = await work(run.tx);
          // Work that went on after a failed read must not be committed: it would write by what it never saw.
          run.throwFailure();
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
    const failure = run?.failure();
    if (thrown && !failure) throw thrown.error;
    return lossOf(failure ? { error: failure.error, phase: 'read' } : { error, phase: 'commit' }, run?.lanes() ?? []);
  }
}

function lossOf(
  { error, phase }: { readonly error: unknown; readonly phase: 'read' | 'commit' },
  lanes: readonly string[],
): Loss {
  const reason = passing(error, phase);
  if (!reason) throw translate(error);
  return { reason, error, unknown: phase === 'commit' && reason === 'unavailable', lanes };
}

/** How long to wait before the next try, in ms; undefined when there is none. */
function waitBefore(losses: readonly Loss[], random: Random): number | undefined {
  const reason = losses.at(-1)?.reason ?? 'contended';
  const count = losses.filter(loss => loss.reason === reason).length;
  if (count >= TRIES_MAX[reason]) return undefined;
  const [firstMs, mostMs] = WAIT_MS[reason];
  return random.fraction() * Math.min(mostMs, firstMs * 2 ** (count - 1));
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
