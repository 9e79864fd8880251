/**
 * Moments of a job's life, each brought about by the real verbs on a world of its own: what a test needs to have just
 * happened, or to happen now.
 */
import * as assert from 'uvu/assert';
import { cancel } from '../common/jobs/cancel.ts';
import { claim } from '../common/jobs/claim.ts';
import { erase } from '../common/jobs/erase.ts';
import { type AttemptEnd, finish } from '../common/jobs/finish.ts';
import { postpone } from '../common/jobs/postpone.ts';
import { sweep } from '../common/jobs/sweep.ts';
import { upkeepDone } from '../common/jobs/upkeep.ts';
import { LIMITS } from '../common/limits.ts';
import { DEFAULT_MODEL } from '../common/models.ts';
import { USAGE } from './doubles/test-model.ts';
import type { World } from './world.ts';

export async function claimed(world: World, wish: { prompt?: string } = {}): Promise<string> {
  const { id } = await world.admitted(wish);
  const { kind } = await claim(world.engine, id);
  assert.is(kind, 'claimed');
  return id;
}

export async function finished(world: World, end: AttemptEnd, wish: { prompt?: string } = {}): Promise<string> {
  const id = await claimed(world, wish);
  await finish(world.engine, id, 1, end);
  return id;
}

export async function putBack(world: World): Promise<void> {
  const { id } = await world.admitted();
  await postpone(world.engine, id, { deliveredTask: `${id}-1`, waitMs: 1_000 });
}

export async function canceled(world: World): Promise<void> {
  await cancel(world.engine, (await world.admitted()).id);
}

export async function claimedLate(world: World): Promise<void> {
  const { id } = await world.admitted();
  await world.clock.advance(LIMITS.deadlineMs.interactive + 1);
  assert.is((await claim(world.engine, id)).kind, 'ended');
}

export async function upkept(world: World): Promise<void> {
  const { id } = await world.admitted();
  await erase(world.engine, id);
  await upkeepDone(world.engine, id, ({ kind }) => kind === 'erase');
}

export async function swept(world: World): Promise<void> {
  await world.admitted();
  await world.clock.advance(LIMITS.firstCheckMs + 1);
  assert.is((await sweep(world.engine)).looked, 1);
}

export function delivered(): AttemptEnd {
  const output = { contentType: 'image/png', width: 1, height: 1, bytes: 1, sha256: '', placeholder: '', expiresAt: 0 };
  const drawn = { model: DEFAULT_MODEL, usage: USAGE };
  return { kind: 'delivered', output, outputPath: 'cache/ab/abcd', drawn, reused: false };
}

export function failed(code: 'overloaded' | 'content_blocked'): AttemptEnd {
  return { kind: 'failed', code, called: true };
}
