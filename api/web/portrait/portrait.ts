/**
 * A finished picture in a frame of fixed shape: the placeholder of its job at once, the picture over it when it has loaded.
 */
import { takeName } from './describe.ts';
import { h, setAttribute } from './dom.ts';
import { paintPlaceholder } from './placeholder.ts';
import type { Say } from './say.ts';
import type { Take } from './take.ts';

export interface Portrait {
  readonly element: HTMLElement;
  show(take: Take, say: Say): void;
}

/** `small` takes the preview, 512 pixels at most. `onBroken` is called once an address: it may have ended. */
export function createPortrait({ small = false, onBroken }: { small?: boolean; onBroken?: () => void }): Portrait {
  const placeholder = h('canvas', { class: 'placeholder', 'aria-hidden': 'true' });
  const image = h('img', { class: 'picture', decoding: 'async', part: small ? false : 'picture' });
  const element = h('div', { class: 'portrait' }, placeholder, image);
  let hash: string | undefined;
  let broken: string | undefined;
  image.addEventListener('load', () => element.classList.add('is-loaded'));
  image.addEventListener('error', () => {
    const { src } = image;
    if (broken === src) return;
    broken = src;
    onBroken?.();
  });
  return {
    element,
    show(take, say) {
      const { job } = take;
      setAttribute(image, 'alt', small ? '' : say('picture.alt', { style: takeName(take, say) }));
      if (!job?.output) return;
      const { placeholder: bytes, url, previewUrl } = job.output;
      if (hash !== bytes) paintPlaceholder(placeholder, bytes);
      hash = bytes;
      // A shop may show the preview alone until the order has come.
      const address = small ? previewUrl : (url ?? previewUrl);
      if (image.getAttribute('src') === address) return;
      element.classList.remove('is-loaded');
      image.src = address;
    },
  };
}
