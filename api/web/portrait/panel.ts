/**
 * What stands beneath the styles: the button, what is still missing before it can be pressed, what is left for today.
 */
import type { PoolQuota } from '../client/types.ts';
import { setAttribute, setText } from './dom.ts';
import type { Frame } from './frame.ts';
import type { Say } from './say.ts';

export interface PanelView {
  readonly hasPhoto: boolean;
  /** How many styles are chosen. */
  readonly wanted: number;
  readonly quota: PoolQuota | undefined;
  /** A portrait has the stage: nobody is urged to the next one. */
  readonly isLooking: boolean;
  /** There is an order for a photo to go with. */
  readonly hasForm: boolean;
}

type Hint = 'submit.photo' | 'submit.style' | 'submit.one_style' | 'submit.quota';

/** Today's pictures are used up: the button sends the photo with the order. */
export function sendsPhoto({ quota, hasForm }: PanelView): boolean {
  return hasForm && quota?.warningLevel === 4;
}

/** What keeps the shopper from asking for portraits now; undefined when nothing does. */
export function missing(view: PanelView): Hint | 'quota' | undefined {
  const { hasPhoto, wanted, quota } = view;
  if (quota?.warningLevel === 4 && !sendsPhoto(view)) return 'quota';
  if (!hasPhoto) return 'submit.photo';
  if (wanted === 0) return 'submit.style';
  if (sendsPhoto(view)) return wanted > 1 ? 'submit.one_style' : undefined;
  return quota?.remaining != null && wanted > quota.remaining ? 'submit.quota' : undefined;
}

export function showPanel(
  { submit, hint, quota }: Pick<Frame, 'submit' | 'hint' | 'quota'>,
  view: PanelView,
  say: Say,
) {
  const lack = missing(view);
  setText(submit, sendsPhoto(view) ? say('action.order') : say('submit', { n: Math.max(1, view.wanted) }));
  setAttribute(submit, 'aria-disabled', lack !== undefined ? 'true' : false);
  const isQuiet = lack === undefined || lack === 'quota' || (view.isLooking && view.wanted === 0);
  setText(hint, isQuiet ? '' : say(lack));
  setAttribute(quota, 'data-level', view.quota?.warningLevel);
  setText(quota, quotaText(view.quota, say));
}

/** Level 1 is a quiet line, 4 says when there is more. */
function quotaText(quota: PoolQuota | undefined, say: Say): string {
  if (!quota || quota.remaining === null) return '';
  const { warningLevel, remaining, resetAt } = quota;
  return warningLevel === 4
    ? say('quota.4', { time: say.time(resetAt) })
    : say(`quota.${warningLevel}`, { n: remaining });
}
