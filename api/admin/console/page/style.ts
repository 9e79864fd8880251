/**
 * One style: its draft to write, what is sold beside it, a trial of both on one photo, and the versions before.
 */
import { useState } from 'preact/hooks';
import type { Answer } from './answers.ts';
import { openDialog } from './dialog.ts';
import { html } from './html.ts';
import { useLoad } from './load.ts';
import { Foreign, Page, Shown, When } from './parts.ts';
import { go } from './route.ts';
import { Changes } from './style-changes.ts';
import { StyleForm } from './style-form.ts';
import { StyleHistory } from './style-history.ts';
import { StyleTrial } from './style-trial.ts';
import { change, changesOf, labelOf, pathOf, priceWords, printWords, type Style, turn } from './style-words.ts';
import { Sold } from './styles.ts';

export function StylePage({ id }: { id: string }) {
  const loaded = useLoad<Style>(`GET ${pathOf({ id })}`);
  const formats = useLoad<Answer<'FormatList'>>('GET formats', 0);
  const [unsaved, setUnsaved] = useState(false);
  const style = loaded.value;
  const actions = style && html`<${Actions} style=${style} unsaved=${unsaved} />`;
  return html`<${Page} title=${style ? labelOf(style) : 'Style'} about="A style" actions=${actions}>
    <${Shown} of=${loaded}>${(shown: Style) => html`
      <p class="headline"><code>${shown.id}</code> <${Sold} style=${shown} />
        ${shown.draft && html`<span class="tag">draft, changed <${When} at=${shown.draft.changedAt} /> by <${Foreign} text=${shown.draft.changedBy} /></span>`}</p>
      <div class="columns">
        <${StyleForm} style=${shown} models=${formats.value?.models ?? []} onUnsaved=${setUnsaved} />
        <${Active} style=${shown} />
      </div>
      <${StyleTrial} style=${shown} unsaved=${unsaved} onRefused=${loaded.reload} />
      <${StyleHistory} style=${shown} />`}</${Shown}>
  </${Page}>`;
}

function Actions({ style, unsaved }: { style: Style; unsaved: boolean }) {
  const { draft, version, enabled } = style;
  const why = unsaved ? 'Save the draft first' : draft && !draft.differs ? 'The draft is what is sold' : undefined;
  return html`
    ${draft && html`<button type="button" class="primary" disabled=${why !== undefined} title=${why} onClick=${() => publish(style)}>Publish …</button>`}
    ${draft && html`<button type="button" onClick=${() => discard(style)}>${version === 0 ? 'Remove …' : 'Discard draft …'}</button>`}
    ${version > 0 && html`<button type="button" onClick=${() => turn(style)}>${enabled ? 'Switch off …' : 'Switch on …'}</button>`}`;
}

function Active({ style: { active, version } }: { style: Style }) {
  if (!active) {
    return html`<section class="card" aria-labelledby="active"><h2 id="active">Sold</h2><p class="empty">Nothing so far: the first publication begins it.</p></section>`;
  }
  const facts = [
    ['Label', html`<${Foreign} text=${active.label} />`],
    ['Description', html`<${Foreign} text=${active.description} />`],
    ['Model', active.drawnBy ?? `${active.model}, which is not in the catalogue`],
    ['Format', `${active.size}, ${active.aspectRatio}`],
    ['Prints', `${printWords(active)} at 300 dpi`],
    ['A picture', priceWords(active.priceUsd)],
    ['Photo', `${active.minSidePx} pixels or more on the shorter side`],
    ['Quota', active.pool],
    ['Prompt', html`<p class="words" tabindex="0"><${Foreign} text=${active.prompt} /></p>`],
  ] as const;
  return html`<section class="card" aria-labelledby="active"><h2 id="active">Sold: version ${version}</h2>
    <dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></section>`;
}

function publish(style: Style): void {
  const { draft, active, version } = style;
  if (!draft) return;
  const price =
    active && active.priceUsd !== draft.priceUsd
      ? html` A picture then costs ${priceWords(draft.priceUsd)} instead of ${priceWords(active.priceUsd)}.`
      : html` A picture costs ${priceWords(draft.priceUsd)}.`;
  openDialog({
    title: `Sell this as version ${version + 1}?`,
    text: html`The next submit is drawn by it. Jobs submitted before keep their words.${price} ${active && html`<${Changes} changes=${changesOf(active, draft)} />`}`,
    verb: 'Publish',
    reason: 'optional',
    run: async body => void (await change(`POST ${pathOf(style)}/publish`, style, body)),
  });
}

function discard(style: Style): void {
  const isNew = style.version === 0;
  openDialog({
    title: isNew ? `Remove ${labelOf(style)}?` : 'Discard the draft?',
    text: 'Its words are kept nowhere else.',
    verb: isNew ? 'Remove' : 'Discard',
    danger: true,
    reason: 'optional',
    run: async body => {
      await change(`DELETE ${pathOf(style)}${isNew ? '' : '/draft'}`, style, body);
      if (isNew) go(['styles']);
      return undefined;
    },
  });
}
