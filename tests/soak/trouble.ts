/**
 * Everything that goes wrong during a soak, each at a low rate: the provider refuses, breaks off, hangs and is slow; on
 * google tasks vanish, come late and come twice; processes are killed in the first third of the time, so that what lives
 * on afterwards lives long enough to show a leak.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { GeminiAnswer } from '../doubles/gemini.ts';
import { byRate } from '../doubles/tasks.ts';
import type { Rig } from '../kill/rig.ts';

const PROVIDER_RATE = 0.04;
const ANSWERS: readonly GeminiAnswer[] = [
  { kind: 'status', status: 429 },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503 },
  { kind: 'reset' },
  { kind: 'cut off', by: 'reset' },
  { kind: 'hang', at: 'headers' },
  { kind: 'picture', delayMs: 2_000 },
];
const TASKS = { drop: 0.02, late: { rate: 0.03, ms: 3_000 }, again: { rate: 0.05, afterMs: [50, 4_000] } };
export const KILLS = 4;

/** From now on; the count of what the provider did instead of drawing. */
export function makeTrouble(rig: Rig): () => number {
  const { random, service } = rig;
  let troubles = 0;
  rig.trouble = () => {
    if (random.fraction() >= PROVIDER_RATE) return undefined;
    troubles++;
    return ANSWERS[Math.floor(random.fraction() * ANSWERS.length)];
  };
  service.backends()?.tasks.misbehave(byRate(random, ['createTask'], { ...TASKS, fail: 0.01, doThenFail: 0.01 }));
  return () => troubles;
}

export function endTrouble(rig: Rig): void {
  rig.trouble = () => undefined;
  rig.service.backends()?.tasks.misbehave({});
}

/** Within the time, evenly, each a random one of those that live. */
export async function killNowAndThen(rig: Rig, withinMs: number): Promise<void> {
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(withinMs / KILLS);
    const living = rig.fleet.living();
    const victim = living[Math.floor(rig.random.fraction() * living.length)];
    if (!victim) continue;
    rig.kills++;
    await rig.fleet.crash(victim);
    await rig.fleet.start();
  }
}
