/**
 * What surrounds every page: the way from one to another, what needs a hand right now, and who is signed in.
 */
import { useEffect } from 'preact/hooks';
import type { Session } from './answers.ts';
import { call } from './api.ts';
import { Attention } from './attention.ts';
import { DialogHost } from './dialog.ts';
import { html } from './html.ts';
import { listenForKeys, openShortcuts } from './keyboard.ts';
import { type LiveStats, useLiveStats } from './live-stats.ts';
import { PAGES } from './pages.ts';
import { Page } from './parts.ts';
import { hrefOf, type Place, usePlace } from './route.ts';

export function Shell({ session, onSignedOut }: { session: Session; onSignedOut: () => void }) {
  const place = usePlace();
  const stats = useLiveStats();
  useEffect(listenForKeys, []);
  const signOut = async () => {
    await call('DELETE session').catch(() => {});
    onSignedOut();
  };
  return html`<div class="shell">
    <a class="skip" href="#main" onClick=${skip}>Skip to the page</a>
    <${Navigation} place=${place} />
    <div class="content">
      <${TopBar} session=${session} how=${stats.how} onSignOut=${signOut} />
      <${Attention} stats=${stats.value} />
      <${Current} place=${place} session=${session} stats=${stats} />
    </div>
    <${DialogHost} />
  </div>`;
}

/** The hash is the address of a page here, so the usual anchor would lead away. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

function Navigation({ place }: { place: Place }) {
  const current = place.path[0] ?? 'overview';
  // On a phone the way between pages is longer than the screen.
  useEffect(() => {
    document.querySelector('nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [current]);
  return html`<nav aria-label="Console">
    <a class="brand" href="#/">Easel</a>
    <ul>
      ${PAGES.map(
        ({ id, title }) =>
          html`<li><a href=${hrefOf([id])} aria-current=${id === current ? 'page' : undefined}>${title}</a></li>`,
      )}
    </ul>
  </nav>`;
}

const HOW = {
  pushed: ['good', 'live'],
  asked: ['odd', 'every 5 s'],
  lost: ['bad', 'no connection'],
} as const;

interface TopBarProps {
  readonly session: Session;
  readonly how: LiveStats['how'];
  readonly onSignOut: () => void;
}

function TopBar({ session: { key }, how, onSignOut }: TopBarProps) {
  const name = key.label ?? `ak_…${key.ending ?? key.id.slice(0, 8)}`;
  const [tone, words] = HOW[how];
  return html`<header class="top">
    <span class=${`live ${tone}`} role="status">${words}</span>
    <span class="who" title=${`Key ${key.id}`}>${name}${key.scopes ? ` (${key.scopes.join(', ')})` : ''}</span>
    <button type="button" class="quiet" aria-label="Keyboard shortcuts" onClick=${openShortcuts}>?</button>
    <button type="button" class="quiet" onClick=${onSignOut}>Sign out</button>
  </header>`;
}

function Current({ place, session, stats }: { place: Place; session: Session; stats: LiveStats }) {
  const [id = 'overview'] = place.path;
  const page = PAGES.find(known => known.id === id);
  if (!page) return html`<${Page} title="No such page"><p><a href="#/">To the overview</a></p></${Page}>`;
  // A new page begins afresh: nothing of the one before stays in it.
  return html`<${page.view} key=${place.path.join('/')} place=${place} session=${session} stats=${stats} />`;
}
