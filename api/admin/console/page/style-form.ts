/**
 * The draft of a style as a form. What somebody is writing is never replaced under their hands: when another operator has
 * changed the style meanwhile, the form says so and keeps both.
 */
import { useEffect, useState } from 'preact/hooks';
import { ApiProblem } from './api.ts';
import { html } from './html.ts';
import { reloadAll } from './live.ts';
import { ProblemNote } from './parts.ts';
import { StyleFormats } from './style-formats.ts';
import {
  type Content,
  change,
  type Edit,
  FIELD_NAMES,
  FIELDS,
  type Models,
  pathOf,
  type Style,
  textOf,
} from './style-words.ts';

const PROMPT_MAX = 4_000;

interface FormProps {
  readonly style: Style;
  readonly models: Models;
  readonly onUnsaved: (unsaved: boolean) => void;
}

export function StyleForm({ style, models, onUnsaved }: FormProps) {
  const [base, setBase] = useState(style);
  const [words, setWords] = useState(() => contentOf(style));
  const [problem, setProblem] = useState<ApiProblem>();
  const [busy, setBusy] = useState(false);
  const changed = changedFields(contentOf(base), words);
  const unsaved = Object.keys(changed).length > 0;
  const restart = (from: Style) => {
    setBase(from);
    setWords(contentOf(from));
    setProblem(undefined);
  };
  useEffect(() => onUnsaved(unsaved), [unsaved]);
  useEffect(() => {
    if (!unsaved && style.revision !== base.revision) restart(style);
  }, [style.revision, unsaved]);

  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(undefined);
    try {
      restart(await change(`PATCH ${pathOf(base)}/draft`, base, changed));
      reloadAll();
    } catch (error) {
      setProblem(error instanceof ApiProblem ? error : new ApiProblem(0, 'internal', String(error)));
    }
    setBusy(false);
  };
  const edit: Edit = fields => setWords(before => ({ ...before, ...fields }));
  const overtaken = unsaved && style.revision !== base.revision;

  return html`<form class="card style-form" aria-labelledby="draft" onSubmit=${save}>
    <h2 id="draft">Draft</h2>
    <${Texts} words=${words} edit=${edit} />
    <${StyleFormats} words=${words} models=${models} edit=${edit} />
    ${
      overtaken &&
      html`<p class="note odd" role="status">Somebody else has changed this style meanwhile.
      <button type="button" onClick=${() => restart(style)}>Take theirs</button></p>`
    }
    <${ProblemNote} problem=${problem} />
    <p class="actions">
      <button type="submit" class="primary" disabled=${busy || !unsaved}>Save draft</button>
      ${unsaved && html`<button type="button" onClick=${() => restart(style)}>Undo</button>`}
      <span class="faint" role="status">${unsaved ? 'Not saved' : style.draft ? 'Saved; sold to nobody before you publish it' : 'As it is sold'}</span>
    </p>
  </form>`;
}

function Texts({ words, edit }: { words: Content; edit: Edit }) {
  const length = [...words.prompt.trim()].length;
  const input = (name: 'label' | 'description', max: number, required: boolean) => html`<div class="field">
    <label for=${`style-${name}`}>${FIELD_NAMES[name]}</label>
    <input id=${`style-${name}`} type="text" maxlength=${max} required=${required} value=${words[name]} autocomplete="off"
      onInput=${(event: InputEvent) => edit({ [name]: textOf(event) })} /></div>`;
  return html`${input('label', 60, true)}${input('description', 240, false)}
    <div class="field"><label for="style-prompt">${FIELD_NAMES.prompt}</label>
      <textarea id="style-prompt" rows="14" required value=${words.prompt} aria-describedby="style-prompt-about" spellcheck=${true}
        onInput=${(event: InputEvent) => edit({ prompt: textOf(event) })}></textarea>
      <p class=${length > PROMPT_MAX ? 'state bad' : 'faint'} id="style-prompt-about">What the model reads, complete; no shopper sees it. ${length} of ${PROMPT_MAX} characters.</p></div>`;
}

function contentOf({ active, draft }: Style): Content {
  const content = draft ?? active;
  if (!content) throw new Error('a style has a version or a draft');
  const { label, description, prompt, model, size, aspectRatio, minSidePx, pool } = content;
  return { label, description, prompt, model, size, aspectRatio, minSidePx, pool };
}

function changedFields(before: Content, after: Content): Partial<Content> {
  return Object.fromEntries(FIELDS.flatMap(field => (before[field] === after[field] ? [] : [[field, after[field]]])));
}
