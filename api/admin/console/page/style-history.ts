/**
 * The versions of a style that were published, each of which can be sold again.
 */
import { useEffect } from 'preact/hooks';
import type { Answer } from './answers.ts';
import { openDialog } from './dialog.ts';
import { html } from './html.ts';
import { useLoad } from './load.ts';
import { Foreign, Shown, Table, When } from './parts.ts';
import { Changes } from './style-changes.ts';
import { change, changesOf, pathOf, priceWords, type Style } from './style-words.ts';

type Versions = Answer<'StyleVersionList'>;
type Version = Versions['versions'][number];

export function StyleHistory({ style }: { style: Style }) {
  const list = useLoad<Versions>(`GET ${pathOf(style)}/versions`, 0);
  useEffect(() => {
    if (list.value) list.reload();
  }, [style.revision]);
  return html`<h2>Versions</h2><${Shown} of=${list}>${({ versions }: Versions) => html`
    <${Table} label="Versions" head=${['Version', 'Label', 'Format', '#A picture', 'Published', 'By', '']} empty="None was published so far."
      rows=${versions.map(version => rowOf(style, version))} />`}</${Shown}>`;
}

function rowOf(style: Style, kept: Version) {
  const { version, label, size, aspectRatio, model, priceUsd, publishedAt, publishedBy, restores } = kept;
  return {
    key: String(version),
    cells: [
      html`<b>${version}</b>${restores !== undefined && html` <span class="faint">is ${restores} again</span>`}`,
      html`<${Foreign} text=${label} />`,
      `${model}, ${size}, ${aspectRatio}`,
      priceWords(priceUsd),
      publishedAt ? html`<${When} at=${publishedAt} />` : html`<span class="faint">from the start</span>`,
      html`<${Foreign} text=${publishedBy} />`,
      version === style.version
        ? html`<span class="tag">sold</span>`
        : html`<button type="button" onClick=${() => bringBack(style, kept)}>Sell again …</button>`,
    ],
  };
}

function bringBack(style: Style, kept: Version): void {
  openDialog({
    title: `Sell version ${kept.version} again?`,
    text: html`It becomes version ${style.version + 1}; a draft stays. <${Changes} changes=${changesOf(style.active, kept)} />`,
    verb: 'Sell again',
    reason: 'optional',
    run: async ({ reason }) =>
      void (await change(`POST ${pathOf(style)}/publish`, style, { version: kept.version, reason })),
  });
}
