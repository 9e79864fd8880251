/**
 * Nobody who works by keyboard is thrown back to the top of the page because a button has done its work and vanished: the
 * focus goes on to what has come in its place.
 */

/** What may take the focus over, the nearest first: how it ended, the portrait, the way to another photo. */
const HEIRS = ['.veil-waiting .quiet', '.veil-ended .quiet', '.divider', '.below .link:is(button)', '.file'];

export function keepFocus(frame: HTMLElement, change: () => void): void {
  const root = frame.getRootNode();
  const focused = root instanceof ShadowRoot ? root.activeElement : null;
  change();
  if (!focused || canBeSeen(focused)) return;
  const heirs = HEIRS.flatMap(selector => [...frame.querySelectorAll<HTMLElement>(selector)]);
  heirs.find(canBeSeen)?.focus({ preventScroll: true });
}

function canBeSeen(element: Element): boolean {
  return element.getClientRects().length > 0 && getComputedStyle(element).visibility !== 'hidden';
}
