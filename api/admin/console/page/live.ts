/**
 * The page's pulse: tells the parts of a page to load again. A hidden page rests, and catches up when it is looked at.
 */

/** Calls every `everyMs` while the page is visible (never by itself with 0), and when asked; returns what stops it. */
export function whenSomethingChanged(everyMs: number, load: () => void): () => void {
  const look = () => {
    if (!document.hidden) load();
  };
  const timer = everyMs > 0 ? setInterval(look, everyMs) : undefined;
  document.addEventListener('visibilitychange', look);
  addEventListener('easel-reload', load);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', look);
    removeEventListener('easel-reload', load);
  };
}

/** After a change of our own, or when the operator asks for it. */
export function reloadAll(): void {
  dispatchEvent(new Event('easel-reload'));
}
