/**
 * What can be done with the portrait on the stage, and what becomes of it: another version, and whether it goes with the
 * order. Its places are kept as soon as there is a portrait to come, so that nothing moves when it lands.
 */
import type { PoolQuota } from '../client/types.ts';
import { h, ICONS, icon, setAttribute, setShown, setText } from './dom.ts';
import type { Order } from './order.ts';
import type { Say } from './say.ts';
import { stateOf, type Take, VARIATION_MAX } from './take.ts';

export interface BesideView {
  readonly take: Take | undefined;
  /** Whether there is a take at all. */
  readonly any: boolean;
  readonly quota: PoolQuota | undefined;
  /** Undefined where nothing of the take can be sold; without a form nobody is told of an order. */
  readonly order: Order | undefined;
  readonly hasForm: boolean;
}

export interface Beside {
  readonly element: HTMLElement;
  show(view: BesideView, say: Say): void;
}

export function createBeside(onVersion: () => void): Beside {
  const text = h('span');
  const button = h('button', { type: 'button', class: 'quiet', part: 'version' }, icon(ICONS.again), text);
  const cost = h('p', { class: 'cost', id: 'cost' });
  const version = h('div', { class: 'version' }, button, cost);
  const order = h('p', { class: 'order', part: 'order', 'aria-live': 'polite' });
  const element = h('div', { class: 'beside' }, version, order);
  setAttribute(button, 'aria-describedby', 'cost');
  button.addEventListener('click', onVersion);
  return {
    element,
    show(view, say) {
      setShown(element, view.any);
      version.style.visibility = mayHaveAnother(view) ? 'visible' : 'hidden';
      setText(text, say('action.version'));
      const { remaining } = view.quota ?? {};
      setText(cost, remaining == null ? say('version.cost') : say('version.cost.left', { n: remaining }));
      setShown(order, view.hasForm);
      setAttribute(order, 'data-status', view.order?.status);
      setText(order, view.order ? say(view.order.uploadId ? 'order.photo' : `order.${view.order.status}`) : '');
    },
  };
}

/** Once the photo is not here any more, as after a reload, there is nothing to draw another version of. */
function mayHaveAnother({ take, quota }: BesideView): boolean {
  if (!take?.photo || stateOf(take) !== 'succeeded' || quota?.warningLevel === 4) return false;
  return take.variation < VARIATION_MAX;
}
