/**
 * The models and how much is asked of them: holding one back so that its fallback draws, and the ceiling of jobs that a
 * worker works on at once.
 */
import type { Answer } from './answers.ts';
import { call } from './api.ts';
import { openDialog } from './dialog.ts';
import { html } from './html.ts';
import { Foreign, State, Table, Until, When } from './parts.ts';

type Model = Answer<'Model'>;

export function Models({ models }: { models: readonly Model[] }) {
  const rows = models.map(model => ({
    key: model.id,
    cells: [
      html`<b>${model.id}</b>${model.retiresOn && html`<br /><span class="faint">retires ${model.retiresOn}</span>`}`,
      html`<${Standing} model=${model} />`,
      model.fallback ?? html`<span class="faint">none</span>`,
      model.held
        ? html`<button type="button" onClick=${() => release(model.id)}>Use again …</button>`
        : html`<button type="button" onClick=${() => hold(model)}>Hold back …</button>`,
    ],
  }));
  return html`<${Table} label="Models" head=${['Model', 'State', 'Fallback', '']} rows=${rows} />`;
}

function Standing({ model: { held, circuit, openUntil } }: { model: Model }) {
  if (held) return html`<${State} of="held" /> until <${Until} at=${held.until} />: <${Foreign} text=${held.reason} />`;
  if (circuit === 'open')
    return html`<${State} of="failed" /> does not answer; asked again <${When} at=${openUntil} />`;
  return html`<${State} of="running" busy />`;
}

function hold({ id, fallback }: Model): void {
  openDialog({
    title: `Hold ${id} back?`,
    text: fallback ? html`${fallback} draws instead.` : 'It has no fallback: jobs that name it wait.',
    fields: [{ name: 'until', label: 'How long', kind: 'until', required: true }],
    verb: 'Hold back',
    danger: true,
    reason: 'required',
    run: async body => void (await call(`PUT models/${encodeURIComponent(id)}/hold`, { body })),
  });
}

function release(id: string): void {
  openDialog({
    title: `Use ${id} again?`,
    verb: 'Use again',
    reason: 'optional',
    run: ({ reason }) => drop(`models/${encodeURIComponent(id)}/hold`, reason),
  });
}

export function CeilingCard({ ceiling: { slots, reason, since, until } }: { ceiling: Answer<'Ceiling'> }) {
  return html`<div class="card row">
    <p>${slots === null ? 'As many jobs at once as set up.' : html`At most <b>${slots}</b> at once in each worker, since <${When} at=${since} />, until <${Until} at=${until} />: <${Foreign} text=${reason} />`}</p>
    <span class="actions">
      ${slots !== null && html`<button type="button" onClick=${dropCeiling}>As set up …</button>`}
      <button type="button" onClick=${setCeiling}>Set a ceiling …</button>
    </span>
  </div>`;
}

function setCeiling(): void {
  openDialog({
    title: 'A ceiling for a while',
    text: 'How many jobs each worker works on at once. Those under way go on.',
    fields: [
      { name: 'slots', label: 'Jobs at once', kind: 'count', required: true },
      { name: 'until', label: 'How long', kind: 'until', required: true },
    ],
    verb: 'Set ceiling',
    reason: 'required',
    run: async body => void (await call('PUT ceiling', { body })),
  });
}

function dropCeiling(): void {
  openDialog({
    title: 'Back to what is set up?',
    verb: 'Drop the ceiling',
    reason: 'optional',
    run: ({ reason }) => drop('ceiling', reason),
  });
}

/** DELETE takes its reason in the address. */
export async function drop(path: string, reason: unknown): Promise<undefined> {
  await call(`DELETE ${path}${reason === undefined ? '' : `?reason=${encodeURIComponent(String(reason))}`}`);
}
