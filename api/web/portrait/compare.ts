/**
 * The portrait with the shopper's photo beneath a divider, which is moved by pointer or by keyboard: it is a slider of the
 * browser's own, so every aid knows what to do with it.
 */
import { h, ICONS, icon, setAttribute, setShown } from './dom.ts';
import type { Say } from './say.ts';

export interface Compare {
  readonly element: HTMLElement;
  /** Without a photo there is only the portrait. */
  show(photo: HTMLCanvasElement | undefined, say: Say): void;
  /** Draws the portrait over the photo, once, as it lands. */
  reveal(): void;
}

const REVEAL_MS = 1_100;

/** `portrait` is put beneath the divider. */
export function createCompare(portrait: HTMLElement): Compare {
  const canvas = h('canvas', { class: 'before', part: 'before', 'aria-hidden': 'true' });
  const slider = h('input', { type: 'range', min: 0, max: 100, step: 1, value: 0, class: 'divider', part: 'divider' });
  const before = h('span', { class: 'tag tag-before', 'aria-hidden': 'true' });
  const after = h('span', { class: 'tag tag-after', 'aria-hidden': 'true' });
  const handle = h('span', { class: 'handle', part: 'handle', 'aria-hidden': 'true' }, icon(ICONS.slide));
  const element = h('div', { class: 'compare' }, portrait, canvas, before, after, slider, handle);
  let say: Say | undefined;
  let shown: HTMLCanvasElement | undefined;

  /** `share` of the photo, 0 to 1, from the left. */
  function cut(share: number): void {
    element.style.setProperty('--cut', `${share * 100}%`);
    element.toggleAttribute('data-both', share > 0.2 && share < 0.8);
    if (say) setAttribute(slider, 'aria-valuetext', say('compare.value', { percent: say.percent(share) }));
  }
  slider.addEventListener('input', () => cut(Number(slider.value) / 100));

  return {
    element,
    show(photo, by) {
      say = by;
      setAttribute(slider, 'aria-label', say('compare.label'));
      before.textContent = say('compare.before');
      after.textContent = say('compare.after');
      for (const part of [canvas, slider, handle, before, after]) setShown(part, photo !== undefined);
      if (photo && photo !== shown) copy(photo, canvas);
      shown = photo;
      cut(Number(slider.value) / 100);
    },
    reveal() {
      slider.value = '0';
      cut(0);
      if (!shown || matchMedia('(prefers-reduced-motion: reduce)').matches) return;
      const wipe = { clipPath: ['inset(0 0 0 0)', 'inset(0 100% 0 0)'] };
      canvas.animate(wipe, { duration: REVEAL_MS, easing: 'cubic-bezier(.6,0,.2,1)' });
    },
  };
}

export function copy(from: HTMLCanvasElement, to: HTMLCanvasElement): void {
  [to.width, to.height] = [from.width, from.height];
  to.getContext('2d')?.drawImage(from, 0, 0);
}
