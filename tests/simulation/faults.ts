/**
 * How badly a run goes: which faults there are and how often, drawn from its seed. Most runs know a few kinds and leave
 * the others out, because a world in which everything fails shows little of what a single fault does.
 */
import type { Dice } from './dice.ts';

export interface Faults {
  /** Of each call of a seam: it fails undone; it is done and its answer is lost; it takes seconds. */
  readonly fail: number;
  readonly doThenFail: number;
  readonly slow: number;
  /** Of each task: it vanishes; it comes again, once more or several times, perhaps long after; it comes late. */
  readonly lost: number;
  readonly doubled: number;
  readonly late: number;
  /** Of each answer of the API: it is lost on its way to the client. */
  readonly answerLost: number;
  /** Of each call of a seam: the process dies, or stands still for longer than a lease, before it goes on. */
  readonly crashes: number;
  readonly pauses: number;
  /** How often in the chaotic part of a run. */
  readonly clockJumps: number;
  readonly drains: number;
  /** Of each call of the model: it does not simply draw. */
  readonly modelTrouble: number;
  /** How often an operator acts: pauses and resumes queues, closes intake. */
  readonly operatorActs: number;
}

export const FAULT_NAMES = [
  'fail',
  'doThenFail',
  'slow',
  'lost',
  'doubled',
  'late',
  'answerLost',
  'crashes',
  'pauses',
  'clockJumps',
  'drains',
  'modelTrouble',
  'operatorActs',
] as const satisfies readonly (keyof Faults)[];

const LEVELS: { readonly [fault in keyof Faults]: readonly number[] } = {
  fail: [0, 0, 0.01, 0.05, 0.15],
  doThenFail: [0, 0.01, 0.03, 0.1],
  slow: [0, 0.02, 0.1],
  lost: [0, 0.05, 0.3],
  doubled: [0, 0.2, 0.6, 1],
  late: [0, 0.1, 0.5],
  answerLost: [0, 0.1, 0.3],
  crashes: [0, 0.001, 0.004, 0.015],
  pauses: [0, 0, 0.001, 0.006],
  clockJumps: [0, 0, 0, 3],
  drains: [0, 0, 2],
  modelTrouble: [0, 0.1, 0.3, 0.8],
  operatorActs: [0, 0, 3],
};

export const NO_FAULTS = Object.fromEntries(FAULT_NAMES.map(name => [name, 0])) as unknown as Faults;

/** `without` names kinds that are left out, for making a failing run smaller. */
export function drawFaults(dice: Dice, without: ReadonlySet<string>): Faults {
  const drawn = FAULT_NAMES.map(name => [name, dice.pick(LEVELS[name])] as const);
  return Object.fromEntries(drawn.map(([name, level]) => [name, without.has(name) ? 0 : level])) as unknown as Faults;
}
