/**
 * One incarnation of a process: what it asks of the world outside takes time, can fail in every way that a network
 * knows, and never returns once the process is dead. Between two such calls a process decides nothing that anybody else
 * could see, so that dying at any event is dying between any two of its awaits.
 */
import type { Clock } from '../../common/clock.ts';
import { PlatformError } from '../../common/platform/errors.ts';
import type { Dice } from './dice.ts';
import type { Faults } from './faults.ts';
import type { Cancel, Schedule } from './schedule.ts';

export interface Process {
  readonly name: string;
  readonly clock: Clock;
  readonly dice: Dice;
  readonly alive: () => boolean;
  /** Asks the world outside: `effect` takes place there, at one moment, if the request arrives at all. */
  call<T>(what: string, effect: () => T, options?: CallOptions): Promise<T>;
  /** Something reaches the process from outside, if it lives; one that stands still gets it when it goes on. */
  tell(what: string, ms: number, run: () => void): Cancel;
  /** As `kill -9` does. What is on its way may still arrive. */
  crash(): void;
  /** As `kill -STOP` does: it stands still for so long, while the world goes on. */
  standStill(ms: number): void;
  /** Told when it dies by itself, at a call. */
  onDeath: () => void;
  /** Its clock is set by so much. */
  setClock(byMs: number): void;
}

export interface CallOptions {
  /** How an answer that was lost is told to the caller; `unavailable` unless said otherwise. */
  readonly lost?: () => Error;
  /** Cannot fail, only take time: work within the process. */
  readonly within?: boolean;
}

const LATENCY_MS = [1, 12] as const;
const SLOW_MS = [300, 9_000] as const;
/** A lease lasts 60 s. */
export const STANDSTILL_MAX_MS = 200_000;
const STANDSTILL_MS = [30_000, STANDSTILL_MAX_MS] as const;

export function createProcess(name: string, schedule: Schedule, dice: Dice, faults: () => Faults): Process {
  let alive = true;
  let stillUntil = 0;
  let skewMs = 0;

  /** Each way takes its own time, so that of two calls the later one may arrive first. */
  const latency = () => {
    const { slow } = faults();
    return slow > 0 && dice.chance(slow / 2) ? dice.between(...SLOW_MS) : dice.between(...LATENCY_MS);
  };

  function tell(what: string, ms: number, run: () => void): Cancel {
    let cancel = schedule.after(ms, what, function arrive() {
      if (!alive) return;
      if (schedule.now() < stillUntil) cancel = schedule.at(stillUntil, `${what} (held)`, arrive);
      else run();
    });
    return () => cancel();
  }

  /** At any call, which is between any two awaits that somebody else could notice. */
  function meetFate(): void {
    const { crashes, pauses } = faults();
    const roll = dice.fraction();
    if (roll < crashes) {
      alive = false;
      process.onDeath();
    } else if (roll < crashes + pauses) process.standStill(dice.between(...STANDSTILL_MS));
  }

  const process: Process = {
    name,
    dice,
    onDeath: () => {},
    alive: () => alive,
    tell,
    clock: {
      now: () => schedule.now() + skewMs,
      after: (ms, run) => tell(`${name}: timer`, ms, run),
    },
    call(what, effect, { lost, within = false } = {}) {
      return new Promise((resolve, reject) => {
        if (!alive) return;
        meetFate();
        const label = `${name}: ${what}`;
        const fate = within ? 'ok' : fateOf(dice, faults());
        // Drawn beforehand: a request that has left arrives although its sender dies.
        const arrives = dice.chance(0.5);
        schedule.after(latency(), label, () => {
          if (!alive && !arrives) return;
          let answer = () => {};
          try {
            if (fate === 'fail') throw new PlatformError('unavailable', `${what} failed, undone`);
            const value = effect();
            if (fate === 'do-then-fail')
              throw lost?.() ?? new PlatformError('unavailable', `${what} was done, and failed`);
            answer = () => resolve(value);
          } catch (error) {
            answer = () => reject(error);
          }
          tell(`${label} answers${fate === 'ok' ? '' : ` (${fate})`}`, latency(), answer);
        });
      });
    },
    crash() {
      alive = false;
    },
    standStill(ms) {
      stillUntil = Math.max(stillUntil, schedule.now() + ms);
    },
    setClock(byMs) {
      skewMs += byMs;
    },
  };
  return process;
}

function fateOf(dice: Dice, { fail, doThenFail }: Faults): 'ok' | 'fail' | 'do-then-fail' {
  const roll = dice.fraction();
  if (roll < fail) return 'fail';
  return roll < fail + doThenFail ? 'do-then-fail' : 'ok';
}
