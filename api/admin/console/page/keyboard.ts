/**
 * The console without a mouse: `g` and a letter leads to a page, `/` to its search, `j` and `k` through its rows, `r`
 * loads again, `?` lists all of it. Nothing is taken while somebody types or a dialog is open.
 */

import { openDialog } from './dialog.ts';
import { html } from './html.ts';
import { reloadAll } from './live.ts';
import { PAGES } from './pages.ts';
import { go } from './route.ts';

/** How long after `g` a letter still belongs to it. */
const CHORD_MS = 1_500;

export function listenForKeys(): () => void {
  let chordUntil = 0;
  const hear = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (Date.now() < chordUntil) {
      chordUntil = 0;
      const page = PAGES.find(({ key }) => key === event.key);
      if (page) go([page.id]);
    } else if (event.key === 'g') chordUntil = Date.now() + CHORD_MS;
    else if (!act(event.key)) return;
    event.preventDefault();
  };
  addEventListener('keydown', hear);
  return () => removeEventListener('keydown', hear);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    document.querySelector('dialog[open]') !== null ||
    (target instanceof Element && target.closest('input, textarea, select') !== null)
  );
}

/** Whether the key means something here. */
function act(key: string): boolean {
  switch (key) {
    case '?':
      openShortcuts();
      return true;
    case 'r':
      reloadAll();
      return true;
    case '/':
      document.querySelector<HTMLElement>('[data-search]')?.focus();
      return true;
    case 'j':
      return moveBy(1);
    case 'k':
      return moveBy(-1);
    default:
      return false;
  }
}

/** The first link of each row is where Enter leads. */
function moveBy(step: number): boolean {
  const links = [...document.querySelectorAll<HTMLElement>('tbody tr')].flatMap(
    row => row.querySelector<HTMLElement>('a, button') ?? [],
  );
  const at = links.indexOf(document.activeElement as HTMLElement);
  const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : at + step];
  next?.focus();
  return links.length > 0;
}

export function openShortcuts(): void {
  const rows = [
    ...PAGES.map(({ key, title }) => [`g ${key}`, title] as const),
    ...([
      ['/', 'Search'],
      ['j  k', 'Next and previous row; Enter opens it'],
      ['r', 'Load again'],
      ['Esc', 'Close a dialog'],
      ['?', 'This list'],
    ] as const),
  ];
  openDialog({
    title: 'Keyboard shortcuts',
    text: html`<dl class="keys">${rows.map(([keys, what]) => html`<div><dt>${keys.split(/\s+/).map(key => html`<kbd>${key}</kbd> `)}</dt><dd>${what}</dd></div>`)}</dl>`,
    verb: 'Good',
    run: async () => undefined,
  });
}
