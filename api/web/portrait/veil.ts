/**
 * What is told over the photo: one veil for the time in which the portrait is on its way, in which no line may move, and
 * another one for how it ended.
 */
import { describe } from './describe.ts';
import { h, ICONS, icon, setShown, setText } from './dom.ts';
import { mayGoWithOrder } from './order.ts';
import type { Say } from './say.ts';
import { isOver, mayRetry, stateOf, type Take } from './take.ts';

export interface Veils {
  readonly elements: readonly HTMLElement[];
  show(take: Take | undefined, say: Say): void;
}

export interface VeilActions {
  cancel(): void;
  retry(): void;
  /** Absent where the page sees to the order itself. */
  readonly order: (() => void) | undefined;
}

export function createVeils(actions: VeilActions): Veils {
  const waiting = createWaiting(actions.cancel);
  const ended = createEnded(actions);
  return {
    elements: [waiting.element, ended.element],
    show(take, say) {
      const over = take !== undefined && isOver(take);
      setShown(waiting.element, take !== undefined && !over);
      setShown(ended.element, false);
      if (take) (over ? ended : waiting).show(take, say);
    },
  };
}

function createWaiting(onCancel: () => void) {
  const title = h('p', { class: 'veil-title' });
  const detail = h('p', { class: 'veil-detail' });
  const bar = h('div', { class: 'bar', 'aria-hidden': 'true' }, h('i'));
  const cancel = h('button', { type: 'button', class: 'quiet', part: 'cancel' });
  const element = h('div', { class: 'veil veil-waiting', part: 'status' }, title, detail, bar, cancel);
  cancel.addEventListener('click', onCancel);
  return {
    element,
    show(take: Take, say: Say) {
      const told = describe(take, say);
      const { progress = 0 } = told;
      setText(title, told.title);
      setText(detail, told.detail);
      bar.classList.toggle('is-busy', progress === 0 || progress === 1);
      bar.style.setProperty('--done', String(progress));
      setText(cancel, say('action.cancel'));
      cancel.style.visibility = ['canceling', 'finding'].includes(stateOf(take)) ? 'hidden' : 'visible';
    },
  };
}

function createEnded({ retry: onRetry, order: onOrder }: VeilActions) {
  const title = h('p', { class: 'veil-title' });
  const detail = h('p', { class: 'veil-detail' });
  const text = h('span');
  const retry = h('button', { type: 'button', class: 'quiet', part: 'retry' }, icon(ICONS.again), text);
  const order = h('button', { type: 'button', class: 'quiet', part: 'order-photo' });
  const buttons = h('div', { class: 'veil-buttons' }, order, retry);
  const element = h('div', { class: 'veil veil-ended', part: 'status' }, title, detail, buttons);
  retry.addEventListener('click', onRetry);
  if (onOrder) order.addEventListener('click', onOrder);
  return {
    element,
    show(take: Take, say: Say) {
      const told = describe(take, say);
      setText(title, told.title);
      setText(detail, told.detail);
      setText(text, say('action.retry'));
      setShown(element, told.title !== '' || told.detail !== '');
      setShown(title, told.title !== '');
      setText(order, say('action.order'));
      setShown(order, onOrder !== undefined && mayGoWithOrder(take));
      setShown(retry, mayRetry(take));
    },
  };
}
