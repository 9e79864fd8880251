/**
 * The styles to choose from, each with an example, as check boxes of the browser's own. Until they are known there are as
 * many empty places.
 */
import type { Style } from '../client/types.ts';
import { h, ICONS, icon, setText } from './dom.ts';
import type { Say } from './say.ts';

export interface StylePicker {
  readonly element: HTMLElement;
  /** Undefined while they are on their way. */
  show(styles: readonly Style[] | undefined, say: Say): void;
  readonly chosen: () => readonly Style[];
  clear(): void;
}

export interface StylePickerOptions {
  /** How many places to keep before the styles are known. */
  readonly places: number;
  /** The address of a style's example; undefined where there is none. */
  readonly exampleOf: (id: string) => string | undefined;
  readonly onChange: () => void;
}

export function createStylePicker({ places, exampleOf, onChange }: StylePickerOptions): StylePicker {
  const legend = h('legend', {});
  const grid = h('div', { class: 'styles' });
  const about = h('p', { class: 'about', 'aria-live': 'polite' });
  const element = h('fieldset', { part: 'styles' }, legend, grid, about);
  let shown: readonly Style[] | undefined;
  let boxes: readonly HTMLInputElement[] = [];
  let last: Style | undefined;
  const chosen = () => (shown ?? []).filter((_, index) => boxes[index]?.checked);

  grid.replaceChildren(...Array.from({ length: places }, () => h('div', { class: 'style is-empty' })));

  function place(styles: readonly Style[], say: Say): void {
    boxes = styles.map(({ id }) => h('input', { type: 'checkbox', name: 'style', value: id }));
    const cards = styles.map((style, index) => {
      const box = boxes[index] as HTMLInputElement;
      box.addEventListener('change', () => {
        last = box.checked ? style : chosen().at(-1);
        setText(about, last ? say.about(last) : '');
        onChange();
      });
      return createCard(style, { box, say, example: exampleOf(style.id) });
    });
    grid.replaceChildren(...cards);
  }

  return {
    element,
    chosen,
    clear() {
      for (const box of boxes) box.checked = false;
      setText(about, '');
    },
    show(styles, say) {
      setText(legend, say('styles.choose'));
      grid.setAttribute('aria-busy', String(styles === undefined));
      if (styles === undefined || styles === shown) return;
      shown = styles;
      place(styles, say);
    },
  };
}

interface CardParts {
  readonly box: HTMLInputElement;
  readonly say: Say;
  readonly example: string | undefined;
}

/** A theme's own example comes in by a slot that is named after the style. */
function createCard(style: Style, { box, say, example }: CardParts): HTMLElement {
  const name = say.style(style);
  const picture = example
    ? h('img', { src: example, alt: '', width: 240, height: 300, loading: 'lazy', decoding: 'async' })
    : h('span', { class: 'no-example', 'aria-hidden': 'true' }, name.slice(0, 1));
  const slot = h('slot', { name: `example-${style.id}` }, picture);
  const tick = h('span', { class: 'tick', 'aria-hidden': 'true' }, icon(ICONS.check));
  const frame = h('span', { class: 'style-frame' }, slot, tick);
  return h('label', { class: 'style', part: 'style' }, box, frame, h('span', { class: 'style-name' }, name));
}
