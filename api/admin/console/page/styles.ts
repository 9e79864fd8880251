/**
 * The styles in the order in which shoppers see them: what is sold, what is prepared, what a picture costs and prints.
 */
import type { Answer } from './answers.ts';
import { call } from './api.ts';
import { openDialog } from './dialog.ts';
import { html } from './html.ts';
import { reloadAll } from './live.ts';
import { useLoad } from './load.ts';
import { Foreign, Page, Shown, State, Table } from './parts.ts';
import { go, hrefOf } from './route.ts';
import { type Content, labelOf, priceWords, printWords, type Style, turn } from './style-words.ts';

type List = Answer<'AdminStyleList'>;

export function StylesPage() {
  const list = useLoad<List>('GET styles', 10_000);
  const make = () => newStyle(list.value?.styles ?? []);
  const actions = html`<button type="button" class="primary" disabled=${!list.value} onClick=${make}>New style …</button>`;
  return html`<${Page} title="Styles" about="In the order in which shoppers see them." actions=${actions}>
    <${Shown} of=${list}>${({ styles }: List) => html`
      <${Table} label="Styles" head=${['Style', 'Sold', 'Model', 'Format, print at 300 dpi', '#A picture', '']}
        rows=${styles.map((style, index) => rowOf(style, index, styles))} />`}</${Shown}>
  </${Page}>`;
}

function rowOf(style: Style, index: number, styles: readonly Style[]) {
  const content = style.active ?? style.draft;
  return {
    key: style.id,
    dim: !style.enabled,
    cells: [
      html`<a href=${hrefOf(['styles', style.id])}><${Foreign} text=${labelOf(style)} /></a>
        ${style.draft && html` <span class="tag">draft</span>`}<br /><span class="faint">${style.id}</span>`,
      html`<${Sold} style=${style} />`,
      content?.drawnBy ?? html`<span class="state bad">no such model</span>`,
      content
        ? html`${content.size}, ${content.aspectRatio}<br /><span class="faint">${printWords(content)}</span>`
        : '–',
      priceWords(content?.priceUsd),
      html`<span class="actions in-line"><${Moves} style=${style} index=${index} styles=${styles} />
        ${style.version > 0 && html`<button type="button" role="switch" aria-checked=${style.enabled} aria-label=${`${labelOf(style)} is sold`} onClick=${() => turn(style)}>${style.enabled ? 'On' : 'Off'}</button>`}</span>`,
    ],
  };
}

export function Sold({ style: { version, enabled } }: { style: Style }) {
  if (version === 0) return html`<span class="faint">not published</span>`;
  return html`<${State} of=${enabled ? 'active' : 'off'} /> <span class="faint whole">version ${version}</span>`;
}

function Moves({ style, index, styles }: { style: Style; index: number; styles: readonly Style[] }) {
  const move = (
    to: number,
    word: string,
  ) => html`<button type="button" class="quiet" disabled=${to < 0 || to >= styles.length}
    aria-label=${`Move ${labelOf(style)} ${word}`} title=${`Move ${word}`} onClick=${() => reorder(styles, index, to)}>${word === 'up' ? '↑' : '↓'}</button>`;
  return html`${move(index - 1, 'up')}${move(index + 1, 'down')}`;
}

/** Should somebody have made or removed one meanwhile the service refuses, and the list is loaded as it is. */
async function reorder(styles: readonly Style[], from: number, to: number): Promise<void> {
  const ids = styles.map(({ id }) => id);
  ids.splice(to, 0, ...ids.splice(from, 1));
  await call('PUT styles/order', { body: { ids } }).catch(() => {});
  reloadAll();
}

function newStyle(styles: readonly Style[]): void {
  openDialog({
    title: 'New style',
    text: 'A draft that begins as another style is. Nobody is sold it before you publish it.',
    fields: [
      { name: 'id', label: 'Id', required: true, max: 63, about: 'Small letters, figures and hyphens; it stays.' },
      { name: 'label', label: 'Label', required: true, max: 60, about: 'What shoppers read.' },
      {
        name: 'from',
        label: 'Begins as',
        kind: 'choice',
        required: true,
        choices: styles.map(style => [style.id, labelOf(style)] as const),
      },
    ],
    verb: 'Make style',
    run: async ({ id, label, from }) => {
      const like = styles.find(style => style.id === from);
      const made = await call<Style>('POST styles', { body: { ...wordsOf(like?.active ?? like?.draft), id, label } });
      go(['styles', made.id]);
      return undefined;
    },
  });
}

function wordsOf(content: Content | undefined): object {
  if (!content) return {};
  const { description, prompt, model, size, aspectRatio, minSidePx, pool } = content;
  return { description, prompt, model, size, aspectRatio, minSidePx, pool };
}
