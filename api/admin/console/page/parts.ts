/**
 * The small parts that all pages are made of.
 */
import { useEffect, useState } from 'preact/hooks';
import type { ApiProblem } from './api.ts';
import { type ComponentChildren, html } from './html.ts';
import type { Loaded } from './load.ts';
import { ago, clock, shortClock } from './words.ts';

/** Now, again every second: what is `3 s ago` must not stay so. */
export function useNow(everyMs = 1_000): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}

/** A moment as distance, with date and UTC in the title. */
export function When({ at }: { at?: string | undefined }) {
  const now = useNow(5_000);
  if (at === undefined) return html`<span class="faint">–</span>`;
  return html`<time datetime=${at} title=${`${clock(at)} · ${at}`}>${ago(Date.parse(at), now)}</time>`;
}

/** The end of something as the clock will show it. */
export function Until({ at }: { at?: string | undefined }) {
  if (at === undefined) return html`<span class="faint">–</span>`;
  const isSoon = Date.parse(at) - Date.now() < DAY_MS;
  return html`<time datetime=${at} title=${`${clock(at)} · ${at}`}>${isSoon ? shortClock(at) : clock(at)}</time>`;
}

const DAY_MS = 86_400_000;

const SYMBOLS: { readonly [state: string]: readonly [tone: string, symbol: string] } = {
  queued: ['wait', '○'],
  pending: ['wait', '○'],
  running: ['busy', '◐'],
  succeeded: ['good', '✓'],
  delivered: ['good', '✓'],
  open: ['good', '✓'],
  active: ['good', '✓'],
  blocked: ['odd', '⊘'],
  partial: ['odd', '◑'],
  failed: ['bad', '✕'],
  expired: ['bad', '⌛'],
  disabled: ['bad', '✕'],
  closed: ['bad', '✕'],
  planned: ['wait', '○'],
  done: ['good', '✓'],
  aborted: ['calm', '–'],
  outdated: ['calm', '–'],
  paused: ['odd', '‖'],
  held: ['odd', '‖'],
  canceled: ['calm', '–'],
  revoked: ['calm', '–'],
};

/** A state as symbol and word: colour alone tells some people nothing. */
export function State({ of, busy }: { of: string; busy?: boolean }) {
  const [tone, symbol] = busy ? ['good', '▸'] : (SYMBOLS[of] ?? ['calm', '·']);
  return html`<span class=${`state ${tone}`}><span aria-hidden="true">${symbol}</span> ${of}</span>`;
}

/** Text that somebody outside has written: set apart, so that it cannot pass for ours, nor turn the line around. */
export function Foreign({ text }: { text?: string | undefined }) {
  if (text === undefined || text === '') return html`<span class="faint">–</span>`;
  return html`<bdi class="foreign">${text}</bdi>`;
}

export function Copy({ text, shown = text, label = 'Copy' }: { text: string; shown?: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), 1_500);
  };
  return html`<span class="copy"
    ><code title=${text}>${shown}</code
    ><button type="button" class="quiet" aria-label=${`${label}: ${text}`} onClick=${copy}>
      <svg viewBox="0 0 16 16" width="13" height="13" aria-hidden="true"
        ><path d=${copied ? 'M2 8l4 4 8-9' : 'M5 5h9v9H5zM11 5V2H2v9h3'} fill="none" stroke="currentColor" stroke-width="1.6" /></svg
      ></button
  ></span>`;
}

export function ProblemNote({ problem }: { problem?: ApiProblem | undefined }) {
  if (!problem) return null;
  return html`<p class="note bad" role="alert"><strong>${problem.code}</strong> ${problem.message}</p>`;
}

/** What has been loaded, or why it has not; old figures are said to be old. */
export function Shown<T>({ of, children }: { of: Loaded<T>; children: (value: T) => ComponentChildren }) {
  const { value, problem, at } = of;
  if (value === undefined)
    return problem ? html`<${ProblemNote} problem=${problem} />` : html`<p class="faint loading">Loading …</p>`;
  const old =
    problem &&
    at !== undefined &&
    html`<p class="note odd" role="status">
    ${problem.message} Shown is what was true <${When} at=${new Date(at).toISOString()} />.
  </p>`;
  return html`${old}${children(value)}`;
}

export function Page({ title, about, actions, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Easel console`;
  }, [title]);
  return html`<main id="main" tabindex="-1">
    <header class="page">
      <div><h1>${title}</h1>${about && html`<p class="faint">${about}</p>`}</div>
      ${actions && html`<div class="actions">${actions}</div>`}
    </header>
    ${children}
  </main>`;
}

interface PageProps {
  readonly title: string;
  readonly about?: string;
  readonly actions?: ComponentChildren;
  readonly children?: ComponentChildren;
}

/** `rows` are arrays of cells under `head`; on a phone each becomes a card with the heads as labels. */
export function Table({ label, head, rows, empty = 'Nothing here.' }: TableProps) {
  if (rows.length === 0) return html`<p class="empty">${empty}</p>`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label=${`${label}, as a table`}>
    <table>
      <thead><tr>${head.map(name => html`<th scope="col" class=${columnOf(name)}>${name === '' ? html`<span class="unseen">Actions</span>` : name.replace('#', '')}</th>`)}</tr></thead>
      <tbody>${rows.map(
        ({ key, cells, dim }) => html`<tr key=${key} class=${dim ? 'dim' : ''}>
          ${cells.map((cell, index) => html`<td data-label=${(head[index] ?? '').replace('#', '')} class=${columnOf(head[index])}><div>${cell}</div></td>`)}
        </tr>`,
      )}</tbody>
    </table>
  </div>`;
}

/** Figures and what can be done stand to the right. */
function columnOf(head = ''): string {
  return head === '' ? 'number does' : head.startsWith('#') ? 'number' : '';
}

interface TableProps {
  readonly label: string;
  /** A leading `#` marks a column of figures. */
  readonly head: readonly string[];
  readonly rows: readonly {
    readonly key: string;
    readonly cells: readonly ComponentChildren[];
    readonly dim?: boolean;
  }[];
  readonly empty?: string;
}

/** Loads the next page of a list behind the one that is shown. */
export function More({ cursor, onMore }: { cursor?: string | undefined; onMore: (cursor: string) => void }) {
  if (cursor === undefined) return null;
  return html`<p class="more"><button type="button" onClick=${() => onMore(cursor)}>Older ones</button></p>`;
}
