/**
 * A trial of a style: one photo, the draft and what is sold beside each other. What it costs stands on the button that
 * draws it, and the service refuses any other price.
 */
import { useState } from 'preact/hooks';
import { ApiProblem, call } from './api.ts';
import { html } from './html.ts';
import type { WholeJob } from './job.ts';
import { useLoad } from './load.ts';
import { ProblemNote, State } from './parts.ts';
import { hrefOf } from './route.ts';
import { pathOf, priceWords, type Style, textOf } from './style-words.ts';

type Part = 'draft' | 'active';
type Drawn = { readonly [part in Part]?: string };

interface TrialProps {
  readonly style: Style;
  readonly unsaved: boolean;
  /** Loads the style anew: its price may have changed. */
  readonly onRefused: () => void;
}

export function StyleTrial({ style, unsaved, onRefused }: TrialProps) {
  const [photo, setPhoto] = useState<File>();
  const [variation, setVariation] = useState(0);
  const [drawn, setDrawn] = useState<Drawn>({});
  const [problem, setProblem] = useState<ApiProblem>();
  const [busy, setBusy] = useState(false);
  const parts = (['active', 'draft'] as const).filter(part => style[part] !== undefined);

  const draw = async (wanted: readonly Part[]) => {
    if (!photo) return;
    setBusy(true);
    setProblem(undefined);
    try {
      for (const part of wanted) {
        const { id } = await tryOut(style, part, { photo, variation });
        setDrawn(before => ({ ...before, [part]: id }));
      }
    } catch (error) {
      setProblem(error instanceof ApiProblem ? error : new ApiProblem(0, 'internal', String(error)));
      onRefused();
    }
    setBusy(false);
  };
  const isReady = photo !== undefined && !unsaved && !busy;
  const button = (
    wanted: readonly Part[],
    what: string,
  ) => html`<button type="button" class=${what === 'the draft' ? 'primary' : ''}
    disabled=${!isReady} onClick=${() => draw(wanted)}>Draw ${what} for ${priceWords(sum(style, wanted))}</button>`;

  return html`<section class="card trial" aria-labelledby="trial"><h2 id="trial">Try it on a photo of yours</h2>
    <p class="faint">The service pays, no shopper's quota does, and no shop sees it. The same photo with the same words again costs nothing.</p>
    <div class="pair">
      <div class="field"><label for="trial-photo">Photo</label>
        <input id="trial-photo" type="file" accept="image/jpeg,image/png,image/webp" onChange=${(event: Event) => setPhoto((event.currentTarget as HTMLInputElement).files?.[0])} /></div>
      <div class="field"><label for="trial-variation">Variation</label>
        <input id="trial-variation" type="number" min="0" max="9" step="1" value=${variation} onInput=${(event: InputEvent) => setVariation(Math.min(9, Math.max(0, Math.trunc(Number(textOf(event))))))} /></div>
    </div>
    <p class="actions">${style.draft && button(['draft'], 'the draft')} ${style.active && button(['active'], 'what is sold')}
      ${parts.length === 2 && button(parts, 'both')}
      ${unsaved ? html`<span class="faint">Save the draft first.</span>` : !photo && html`<span class="faint">Choose a photo first.</span>`}</p>
    <${ProblemNote} problem=${problem} />
    <${Compared} drawn=${drawn} version=${style.version} />
  </section>`;
}

function Compared({ drawn, version }: { drawn: Drawn; version: number }) {
  const active = useJob(drawn.active);
  const draft = useJob(drawn.draft);
  const photo = (draft ?? active)?.input;
  if (!active && !draft) return null;
  return html`<div class="pictures compared">
    <figure>${photo && html`<img src=${photo.url} alt="The photo" />`}<figcaption>Photo</figcaption></figure>
    ${active && html`<${Drawing} job=${active} name=${`Sold, version ${active.styleVersion ?? version}`} />`}
    ${draft && html`<${Drawing} job=${draft} name="Draft" />`}
  </div>`;
}

function Drawing({ job, name }: { job: WholeJob; name: string }) {
  const { output, status, error, done } = job;
  return html`<figure aria-busy=${!done}>
    ${output ? html`<a href=${output.url} target="_blank" rel="noreferrer"><img src=${output.url} alt=${`${name}: the picture`} /></a>` : html`<p class="empty" role="status">${done ? (error?.detail ?? 'No picture.') : 'It is being drawn …'}</p>`}
    <figcaption>${name} <${State} of=${status} /> <span class="faint">${output ? `${output.width} × ${output.height}, ` : ''}${job.reused ? 'it was there already' : priceWords(job.costUsd)}</span> ${' '}<a href=${hrefOf(['jobs', job.id])}>the job</a></figcaption></figure>`;
}

/** Asked until it is done. */
function useJob(id: string | undefined): WholeJob | undefined {
  const [ended, setEnded] = useState<string>();
  const isEnded = id !== undefined && ended === id;
  const job = useLoad<WholeJob>(id === undefined ? undefined : `GET jobs/${id}`, isEnded ? 0 : 1_000).value;
  if (job?.done && ended !== job.id) setEnded(job.id);
  return job;
}

function tryOut(style: Style, part: Part, { photo, variation }: { photo: File; variation: number }): Promise<WholeJob> {
  const form = new FormData();
  form.set('of', part);
  form.set('confirmUsd', String(style[part]?.priceUsd ?? 0));
  form.set('variation', String(variation));
  form.set('image', photo);
  return call(`POST ${pathOf(style)}/try`, { form, headers: { 'If-Match': `"${style.revision}"` } });
}

function sum(style: Style, parts: readonly Part[]): number {
  return parts.reduce((total, part) => total + (style[part]?.priceUsd ?? 0), 0);
}
