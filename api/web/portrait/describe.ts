/**
 * A take in words: what the shopper reads of it on the stage, and what a screen reader says when it moves on.
 */

import { SHORT_SIDE_MIN_PX } from './photo-limits.ts';
import { problemText } from './problem-texts.ts';
import type { Say } from './say.ts';
import { problemOf, stateOf, type Take, type TakeProblem } from './take.ts';

export interface Description {
  readonly title: string;
  readonly detail: string;
  /** What has left of the photo; undefined when nobody knows how far it is. */
  readonly progress?: number;
}

/** The sentence for a refusal or a failed job. */
export function problemSentence({ code, ofJob, resetAt, retryAfterMs }: TakeProblem, say: Say): string {
  const key = problemText(code, { ofJob: ofJob === true });
  if (key === 'photo.too_small') return say(key, { n: SHORT_SIDE_MIN_PX });
  if (key === 'problem.visits') return say(key, { time: say.inTime((retryAfterMs ?? HOUR_MS) / 1_000) });
  return say(key, { time: resetAt === undefined ? say.time(nextMidnight()) : say.time(resetAt) });
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Quotas are a day's, and days end at midnight UTC. */
function nextMidnight(): string {
  return new Date((Math.floor(Date.now() / DAY_MS) + 1) * DAY_MS).toISOString();
}

export function describe(take: Take, say: Say): Description {
  const state = stateOf(take);
  if (state === 'kept') {
    return { title: say('state.kept.title'), detail: say('state.kept', { style: say.style(take.style) }) };
  }
  const problem = problemOf(take);
  if (problem) return { title: say('state.failed.title'), detail: problemSentence(problem, say) };
  if (state === 'finding') return { title: say('state.finding'), detail: '' };
  if (state === 'sending') return describeSending(take, say);
  if (state === 'queued') return { title: placeIn(take, say), detail: whatFollows(take, say) };
  if (state === 'running') return { title: say('state.running'), detail: whatFollows(take, say) };
  if (state === 'canceling') return { title: say('state.canceling'), detail: '' };
  if (state === 'canceled') {
    const counted = take.job?.charge === 'captured' || take.job?.charge === 'held';
    return { title: say('state.canceled'), detail: say(counted ? 'state.canceled.counted' : 'state.canceled.free') };
  }
  return { title: '', detail: take.job?.reused ? say('picture.reused') : '' };
}

function describeSending({ sent }: Take, say: Say): Description {
  const under = sent > 0 && sent < 1;
  const title = under ? say('state.sending.percent', { percent: say.percent(sent) }) : say('state.sending');
  return { title, detail: navigator.onLine ? '' : say('state.offline'), progress: sent };
}

function placeIn({ job }: Take, say: Say): string {
  const { position, more } = job?.queue ?? {};
  if (job?.retryAt !== undefined) return say('state.retrying');
  if (position === undefined) return say('state.queued');
  if (more) return say('state.queued.more', { n: position });
  return position === 1 ? say('state.queued.next') : say('state.queued.place', { n: position });
}

function whatFollows({ job, connection }: Take, say: Say): string {
  if (connection === 'offline' || connection === 'retrying' || !navigator.onLine) return say('state.offline');
  if (job?.queue?.paused) return say('state.paused');
  const etaSeconds = job?.queue?.etaSeconds;
  return etaSeconds === undefined ? say('state.safe') : say('state.eta', { time: say.duration(etaSeconds) });
}

/** The style, and the version where it is not the first. */
export function takeName({ style, variation }: Take, say: Say): string {
  const name = say.style(style);
  return variation > 0 ? say('take.version', { style: name, n: variation + 1 }) : name;
}

/** One word or two, for the small picture of the take. */
export function shortState(take: Take, say: Say): string {
  return say(`short.${stateOf(take)}`);
}

/** What is worth saying aloud when a take has changed; undefined for a mere tick. */
export function announcement(before: Take | undefined, take: Take, say: Say): string | undefined {
  const state = stateOf(take);
  if (before && stateOf(before) === state) return undefined;
  // What an earlier page has told already.
  if (before && stateOf(before) === 'finding') return undefined;
  const style = takeName(take, say);
  if (state === 'succeeded') return say('said.succeeded', { style });
  if (state === 'failed') return say('said.failed', { style, problem: describe(take, say).detail });
  if (state === 'queued' && before) return say('said.sent');
  if (state === 'running' && before) return say('state.running');
  if (state === 'kept') return say('state.kept.title');
  if (state === 'canceled') return `${describe(take, say).title}. ${describe(take, say).detail}`;
  return undefined;
}
