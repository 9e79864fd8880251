/**
 * An operator's trial of a style on a photo of their own: a job like any other, drawn by the same worker and paid from
 * the same budget, but of no shop. No key of a shop and no session finds it, and no shopper's quota counts it.
 */
import { type Acting, type By, openEntry, record } from '../audit.ts';
import { checkPhoto } from '../check-photo.ts';
import { styles } from '../collections.ts';
import type { Engine } from '../engine.ts';
import { digestOf, newId, sha256 } from '../ids.ts';
import type { Submission } from '../jobs/submission.ts';
import { type NotTaken, type Submitted, submit } from '../jobs/submit.ts';
import { ownerUid } from '../owners.ts';
import { generationKey } from '../picture.ts';
import type { Style, StyleContent } from '../styles.ts';
import { type NotChanged, type StyleOrder, styleTarget, whyNotSeen } from './edit-style.ts';
import { type Drawable, entryOf, priceOf, unfit } from './style-content.ts';

/** Stands where a job's shop does. No shop can bear this name. */
export const TRIALS = '_trials';

export const TRIED = ['draft', 'active'] as const;

export interface Trial extends StyleOrder {
  /** What of the style is drawn. */
  readonly of: (typeof TRIED)[number];
  readonly photo: Buffer;
  readonly variation: number;
  /** What the operator was told that it costs, in micro-dollars. */
  readonly confirmedMicroUsd?: number;
}

export type NotTried = NotChanged | 'no draft' | 'never published' | 'cannot be drawn';
export type Tried =
  | { readonly submitted: Exclude<Submitted, NotTaken> }
  | { readonly notTaken: NotTaken }
  | { readonly refused: NotTried }
  /** It costs this, and something else or nothing was confirmed. */
  | { readonly costMicroUsd: number };

/** Nothing is drawn unless its price was confirmed. Throws what `checkPhoto` throws. */
export async function tryStyle(engine: Engine & Drawable, id: string, trial: Trial): Promise<Tried> {
  const style = await engine.store.get(styles, id);
  const refused = whyNotSeen(style, trial);
  if (refused || !style) return { refused: refused ?? 'missing' };
  const content = trial.of === 'draft' ? style.draft : style;
  if (!content) return { refused: 'no draft' };
  if (trial.of === 'active' && style.version === 0) return { refused: 'never published' };
  const costMicroUsd = priceOf(engine, content);
  if (costMicroUsd === undefined || unfit(engine, content)) return { refused: 'cannot be drawn' };
  if (trial.confirmedMicroUsd !== costMicroUsd) return { costMicroUsd };

  const submission = submissionOf(engine, { style, content, trial });
  const submitted = await submit(engine, submission);
  if (!('job' in submitted)) return { notTaken: submitted };
  await recordTrial(engine, trial.by, { id, of: trial.of, jobId: submitted.job.id });
  return { submitted };
}

function submissionOf(
  engine: Engine & Drawable,
  { style, content, trial }: { readonly style: Style; readonly content: StyleContent; readonly trial: Trial },
): Submission {
  const { settings, clock, random } = engine;
  const { contentType } = checkPhoto(trial.photo, { minSidePx: content.minSidePx });
  const { prompt, size, aspectRatio } = content;
  const inputSha256 = sha256(trial.photo);
  const uid = ownerUid(settings.idSecret, TRIALS, {});
  const model = entryOf(engine, content)?.id ?? content.model;
  const wish = {
    ...{ style: style.id, prompt, model, options: { aspectRatio, size, variation: trial.variation } },
    ...(trial.of === 'active' ? { styleVersion: style.version } : {}),
  };
  const key = generationKey({ ...wish, ownerUid: uid, inputSha256 }, model);
  return {
    ...{ id: newId('job', clock, random), repeatable: false, requestHash: digestOf([key]), generationKey: key },
    ...{ ...wish, shop: TRIALS, owner: {}, ownerUid: uid, lane: 'interactive', scopes: [] },
    input: { bytes: trial.photo, sha256: inputSha256, contentType },
    trial: { by: trial.by.actor },
  };
}

/** After the job, which says itself who tried it: an entry is worth less than a picture. */
async function recordTrial(
  acting: Acting,
  by: By,
  { id, of, jobId }: { readonly id: string; readonly of: Trial['of']; readonly jobId: string },
): Promise<void> {
  const entry = openEntry(acting);
  await acting.store.transaction(async tx => {
    record(tx, entry, { ...by, action: 'style.try', target: styleTarget(id), detail: `${of}: ${jobId}` });
  });
}
