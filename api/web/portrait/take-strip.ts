/**
 * The takes as a row of small pictures, each landing on its own; the one that is chosen is on the stage.
 */
import { shortState, takeName } from './describe.ts';
import { h, ICONS, icon, setAttribute, setShown, setText } from './dom.ts';
import { createPortrait } from './portrait.ts';
import type { Say } from './say.ts';
import { isOver, stateOf, type Take, type TakeState } from './take.ts';

/** Of how a take ended, where no picture tells. */
const SIGNS: { readonly [state in TakeState]?: 'photo' | 'warning' | 'cross' } = {
  kept: 'photo',
  failed: 'warning',
  canceled: 'cross',
};

export interface TakeStrip {
  readonly element: HTMLElement;
  show(takes: readonly Take[], shown: string | undefined, say: Say): void;
}

export function createTakeStrip(onChoose: (id: string) => void): TakeStrip {
  const element = h('ul', { class: 'takes', part: 'takes' });
  const cards = new Map<string, ReturnType<typeof createCard>>();
  return {
    element,
    show(takes, shown, say) {
      setShown(element, takes.length > 0);
      setAttribute(element, 'aria-label', say('takes.label'));
      for (const [id, card] of cards) {
        if (takes.some(take => take.id === id)) continue;
        card.element.remove();
        cards.delete(id);
      }
      for (const [index, take] of takes.entries()) {
        const card = cards.get(take.id) ?? createCard(() => onChoose(take.id));
        cards.set(take.id, card);
        card.show(take, { isShown: take.id === shown, say });
        if (element.children[index] !== card.element)
          element.insertBefore(card.element, element.children[index] ?? null);
      }
    },
  };
}

function createCard(onChoose: () => void) {
  const portrait = createPortrait({ small: true });
  const sign = h('span', { class: 'sign', 'aria-hidden': 'true' });
  const style = h('span', { class: 'take-style' });
  const state = h('span', { class: 'take-state' });
  const frame = h('span', { class: 'take-frame' }, portrait.element, sign);
  const button = h('button', { type: 'button', class: 'take', part: 'take' }, frame, style, state);
  const element = h('li', {}, button);
  button.addEventListener('click', onChoose);
  let signed: string | undefined;
  return {
    element,
    show(take: Take, { isShown, say }: { isShown: boolean; say: Say }) {
      const now = stateOf(take);
      setAttribute(button, 'aria-current', isShown ? 'true' : false);
      setText(style, takeName(take, say));
      setText(state, shortState(take, say));
      portrait.show(take, say);
      button.dataset.state = now;
      const sort = isOver(take) ? SIGNS[now] : 'busy';
      if (sort === signed) return;
      signed = sort;
      sign.className = sort === undefined ? 'sign' : `sign sign-${sort}`;
      sign.replaceChildren(...(sort === undefined || sort === 'busy' ? [] : [icon(ICONS[sort])]));
    },
  };
}
