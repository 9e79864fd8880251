/**
 * Model, size and aspect ratio of a draft, with what each choice costs and how large it prints.
 */
import { html } from './html.ts';
import { Table } from './parts.ts';
import {
  type Content,
  type Edit,
  FIELD_NAMES,
  type Format,
  type Models,
  priceWords,
  printWords,
  textOf,
} from './style-words.ts';

interface FormatProps {
  readonly words: Content;
  readonly models: Models;
  readonly edit: Edit;
}

export function StyleFormats({ words, models, edit }: FormatProps) {
  const entry = models.find(model => (words.model === 'default' ? model.default : model.id === words.model));
  const formats = entry?.formats ?? [];
  const chosen = formats.find(({ size, aspectRatio }) => size === words.size && aspectRatio === words.aspectRatio);
  const standard = models.find(model => model.default)?.id;
  return html`
    <${Choice} field="model" value=${words.model} edit=${edit} choices=${[['default', `default (${standard ?? '…'})`], ...models.map(({ id, retiresOn }) => [id, retiresOn ? `${id}, until ${retiresOn}` : id] as const)]} />
    <div class="pair">
      <${Choice} field="size" value=${words.size} edit=${edit} choices=${named(formats.map(({ size }) => size))} />
      <${Choice} field="aspectRatio" value=${words.aspectRatio} edit=${edit} choices=${named(formats.map(({ aspectRatio }) => aspectRatio))} />
    </div>
    <p class=${chosen || models.length === 0 ? 'format' : 'note bad'} role="status">${chosen ? formatWords(chosen) : models.length === 0 ? 'Loading …' : 'This model cannot draw that: choose another size or ratio.'}</p>
    <details><summary>All sizes and ratios of this model</summary>
      <${Table} label="Formats" head=${['Size', 'Ratio', 'Pixels', 'Prints at 300 dpi', '#A picture', '']} rows=${formats.map(format => rowOf(format, words, edit))} /></details>
    <div class="pair">
      <div class="field"><label for="style-minSidePx">${FIELD_NAMES.minSidePx}, in pixels</label>
        <input id="style-minSidePx" type="number" min="64" max="4096" step="1" required value=${words.minSidePx}
          onInput=${(event: InputEvent) => edit({ minSidePx: Number(textOf(event)) })} /></div>
      <${Choice} field="pool" value=${words.pool} edit=${edit} choices=${[['named', 'pictures in named styles'], ['custom', 'pictures by own words']]} />
    </div>`;
}

function formatWords(format: Format): string {
  const { picture, priceUsd } = format;
  const pixels = picture ? `About ${picture.widthPx} × ${picture.heightPx} pixels, prints` : 'Prints';
  return `${pixels} ${printWords(format)} at 300 dpi; ${priceWords(priceUsd)} a picture.`;
}

function rowOf(format: Format, { size, aspectRatio }: Content, edit: Edit) {
  const isChosen = format.size === size && format.aspectRatio === aspectRatio;
  const choose = () => edit({ size: format.size, aspectRatio: format.aspectRatio });
  return {
    key: `${format.size} ${format.aspectRatio}`,
    cells: [
      format.size,
      format.aspectRatio,
      format.picture ? `${format.picture.widthPx} × ${format.picture.heightPx}` : '–',
      printWords(format),
      priceWords(format.priceUsd),
      isChosen
        ? html`<span class="tag">chosen</span>`
        : html`<button type="button" aria-label=${`Choose ${format.size}, ${format.aspectRatio}`} onClick=${choose}>Choose</button>`,
    ],
  };
}

interface ChoiceProps {
  readonly field: 'model' | 'size' | 'aspectRatio' | 'pool';
  readonly value: string;
  readonly choices: readonly (readonly [value: string, label: string])[];
  readonly edit: Edit;
}

/** What is there and can be chosen no longer stays among the choices, so that it is seen. */
function Choice({ field, value, choices, edit }: ChoiceProps) {
  const all = choices.some(([key]) => key === value) ? choices : [...choices, [value, value] as const];
  return html`<div class="field"><label for=${`style-${field}`}>${FIELD_NAMES[field]}</label>
    <select id=${`style-${field}`} onChange=${(event: Event) => edit({ [field]: textOf(event) })}>
      ${all.map(([key, label]) => html`<option key=${key} value=${key} selected=${key === value}>${label}</option>`)}
    </select></div>`;
}

function named(values: readonly string[]): readonly (readonly [string, string])[] {
  return [...new Set(values)].map(value => [value, value] as const);
}
