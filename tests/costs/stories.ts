/**
 * Jobs of every outcome that costs something, or might, across the end of a month: each lived through by the verbs that
 * API, worker and sweeper use, with the clock moved on in between. What they cost, `books.ts` sums up.
 */
import * as assert from 'uvu/assert';
import { runs } from '../../common/collections.ts';
import type { Engine } from '../../common/engine.ts';
import { admitReused } from '../../common/jobs/admit.ts';
import { cancel } from '../../common/jobs/cancel.ts';
import { claim, claimForBatch } from '../../common/jobs/claim.ts';
import { erase } from '../../common/jobs/erase.ts';
import { type AttemptEnd, finish } from '../../common/jobs/finish.ts';
import { retry } from '../../common/jobs/retry.ts';
import { submit } from '../../common/jobs/submit.ts';
import { sweep } from '../../common/jobs/sweep.ts';
import { CATALOGUE } from '../../common/models.ts';
import { PlatformError } from '../../common/platform/errors.ts';
import type { Usage } from '../../common/platform/model.ts';
import type { seededRandom, TestClock } from '../test-clock.ts';
import { submissionOf } from '../world.ts';

export interface Life {
  readonly engine: Engine;
  readonly clock: TestClock;
  readonly dice: ReturnType<typeof seededRandom>;
  /** Number of the job, for a wish that no other has. */
  readonly number: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MODELS = ['gemini-3.1-flash-lite-image', 'gemini-nano-banana-2.1'];
const STYLES = ['ink-wash', 'charcoal', undefined];
const SHOPS = ['default', 'pets', 'gifts'];

export const STORIES: { readonly [story: string]: (life: Life) => Promise<void> } = {
  'a picture': async life => {
    const id = await begun(life);
    await ends(life, id, 1, picture(life));
  },
  'blocked, perhaps billed': async life => {
    const id = await begun(life);
    await ends(life, id, 1, { kind: 'failed', code: 'content_blocked', called: true });
  },
  'blocked, and the provider says what it counted': async life => {
    const id = await begun(life);
    await ends(life, id, 1, { kind: 'failed', code: 'content_blocked', called: true, usage: usage(life) });
  },
  'every call timed out': async life => {
    const id = await begun(life);
    for (let fence = 1; ; fence++) {
      await ends(life, id, fence, { kind: 'failed', code: 'timeout', called: true });
      await life.clock.advance(MINUTE + HOUR * whole(life, 2));
      if ((await surely(() => claim(life.engine, id))).kind !== 'claimed') return;
    }
  },
  'overloaded, then a picture': async life => {
    const id = await begun(life);
    await ends(life, id, 1, { kind: 'failed', code: 'overloaded', called: true });
    await life.clock.advance(MINUTE);
    await claimed(life, id);
    await ends(life, id, 2, picture(life));
  },
  'nothing was asked': async life => {
    const id = await begun(life);
    await ends(life, id, 1, { kind: 'failed', code: 'invalid_input', called: false });
  },
  'given up before anybody drew it': async life => {
    const id = await submitted(life);
    await surely(() => cancel(life.engine, id));
  },
  'given up while it was drawn': async life => {
    const id = await begun(life);
    await surely(() => cancel(life.engine, id));
    await ends(life, id, 1, life.dice.fraction() < 0.5 ? picture(life) : { kind: 'canceled', called: true });
  },
  'a worker died, another drew it, and the first came back': async life => {
    const id = await begun(life);
    await life.clock.advance(life.engine.limits.leaseMs + MINUTE);
    await claimed(life, id);
    await ends(life, id, 2, picture(life));
    await life.clock.advance(HOUR * whole(life, 30));
    if (life.dice.fraction() < 0.7) await ends(life, id, 1, picture(life));
  },
  'a worker died, and the sweeper found it; its picture was there': async life => {
    const id = await begun(life);
    await life.clock.advance(life.engine.limits.leaseMs + MINUTE);
    await surely(() => sweep(life.engine));
    await claimed(life, id);
    await ends(life, id, 2, { ...picture(life), drawn: undefined } as unknown as AttemptEnd);
  },
  'drawn for another job meanwhile': async life => {
    const id = await begun(life);
    const { drawn: _, ...found } = picture(life);
    await ends(life, id, 1, { ...found, reused: true });
  },
  'there already at the submit': async life => {
    const wish = await wished(life);
    const { output, outputPath: path } = picture(life);
    const earlier = { path, output, jobId: wish.id, model: wish.model };
    const { kind } = await surely(() => admitReused(life.engine, wish, earlier));
    assert.ok(kind === 'reused' || kind === 'replayed', kind);
  },
  'cut off by a deploy, then a picture': async life => {
    const id = await begun(life);
    await ends(life, id, 1, { kind: 'failed', code: 'interrupted', called: true });
    await claimed(life, id);
    await ends(life, id, 2, picture(life));
  },
  'an operator tried it again the next day': async life => {
    const id = await begun(life);
    await ends(life, id, 1, { kind: 'failed', code: 'invalid_input', called: true });
    await life.clock.advance(24 * HOUR);
    const lane = life.dice.fraction() < 0.5 ? 'bulk' : 'interactive';
    const order = { by: { actor: 'a test' }, wish: {}, lane } as const;
    const opened = await surely(() => retry(life.engine, id, order)).catch(() => undefined);
    assert.ok(opened === undefined || 'pair' in opened || opened.refused === 'not ended', JSON.stringify(opened));
    await claimed(life, id);
    await ends(life, id, 2, picture(life));
  },
  'economy, at half the price': async life => {
    const id = await joined(life);
    await life.clock.advance(HOUR * (1 + whole(life, 20)));
    await ends(life, id, 1, picture(life));
  },
  'economy lost, drawn in bulk, and what it had cost was learnt days later': async life => {
    const id = await joined(life);
    await life.clock.advance(20 * HOUR);
    await ends(life, id, 1, { kind: 'failed', code: 'batch_lost', called: true });
    await claimed(life, id);
    await ends(life, id, 2, picture(life));
    await life.clock.advance(HOUR * whole(life, 40));
    if (life.dice.fraction() < 0.5) await ends(life, id, 1, picture(life));
  },
  'nobody came before its deadline': async life => {
    const id = await submitted(life, 'interactive');
    await life.clock.advance(HOUR);
    assert.is((await surely(() => claim(life.engine, id))).kind === 'claimed', false);
  },
  'drawn, then erased': async life => {
    const id = await begun(life);
    await ends(life, id, 1, picture(life));
    await surely(() => erase(life.engine, id));
  },
};

/** Again until the answer comes: an answer that is lost leads every caller to ask once more. */
export async function surely<T>(verb: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await verb();
    } catch (error) {
      if (!(error instanceof PlatformError) || tries === 10) throw error;
    }
  }
}

async function wished({ engine, dice, number }: Life, lane: 'interactive' | 'bulk' | 'economy' = 'interactive') {
  const customer = `customer-${number}`;
  const style = any(dice, STYLES);
  const wish = await submissionOf(engine, { customer, prompt: `wish ${number}`, key: `key-${number}`, lane });
  return { ...wish, shop: any(dice, SHOPS), model: any(dice, MODELS), ...(style === undefined ? {} : { style }) };
}

async function submitted(life: Life, lane?: 'interactive' | 'bulk' | 'economy'): Promise<string> {
  const wish = await wished(life, lane ?? (life.dice.fraction() < 0.3 ? 'bulk' : 'interactive'));
  const { kind } = await surely(() => submit(life.engine, wish));
  assert.ok(kind === 'admitted' || kind === 'replayed', kind);
  return wish.id;
}

async function begun(life: Life): Promise<string> {
  const id = await submitted(life);
  await claimed(life, id);
  return id;
}

/** `busy` where the claim was made and its answer was lost: the test is the worker that it was made for. */
async function claimed({ engine }: Life, id: string): Promise<void> {
  const claim_ = await surely(() => claim(engine, id));
  assert.ok(claim_.kind === 'claimed' || (claim_.kind === 'nothing' && claim_.why === 'busy'), JSON.stringify(claim_));
}

async function joined(life: Life): Promise<string> {
  const id = await submitted(life, 'economy');
  const into = { upstreamBatch: `upb_${life.number}`, leaseUntil: life.clock.now() + 60 * HOUR };
  const { model = '' } = (await life.engine.store.get(runs, id)) ?? {};
  assert.is((await surely(() => claimForBatch(life.engine, id, { model, into }))).kind, 'claimed');
  return id;
}

async function ends({ engine }: Life, id: string, fence: number, end: AttemptEnd): Promise<void> {
  await surely(() => finish(engine, id, fence, end));
}

function picture(life: Life) {
  const output = { contentType: 'image/png', width: 1, height: 1, bytes: 1, sha256: '', placeholder: '', expiresAt: 0 };
  const drawn = { model: any(life.dice, [...CATALOGUE.keys()]), usage: usage(life) };
  return { kind: 'delivered' as const, output, outputPath: `cache/ab/${life.number}`, drawn, reused: false };
}

/** Odd numbers, so that every sum has micro-dollars in it. */
function usage(life: Life): Usage {
  return {
    inputTokens: 1_001 + whole(life, 1_000),
    outputTextTokens: whole(life, 300),
    outputImageTokens: 1_120 + whole(life, 97),
  };
}

function whole({ dice }: Pick<Life, 'dice'>, below: number): number {
  return Math.floor(dice.fraction() * below);
}

function any<T>(dice: Life['dice'], list: readonly T[]): T {
  return list[Math.floor(dice.fraction() * list.length)] as T;
}
