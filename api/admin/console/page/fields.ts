/**
 * The fields of dialogs, and what their forms say: empty is left out, so that the API's own defaults count.
 */
import { html } from './html.ts';

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly about?: string;
  readonly kind?: 'text' | 'usd' | 'count' | 'choice' | 'choices' | 'lines' | 'until';
  readonly choices?: readonly (readonly [value: string, label: string])[];
  readonly value?: string;
  readonly required?: boolean;
  readonly max?: number;
  /** Of `until`: whether it may be left open. */
  readonly endless?: boolean;
}

export type Value = string | number | readonly string[] | undefined;
export type Values = { readonly [name: string]: Value };

const SPANS = [15, 60, 240, 720] as const;

export function Input({ field }: { field: Field }) {
  const { name, label, about } = field;
  const id = `field-${name}`;
  if (field.kind === 'choices') return html`<${Choices} field=${field} />`;
  return html`<div class="field">
    <label for=${id}>${label}${field.required ? '' : html` <span class="faint">(optional)</span>`}</label>
    <${Control} id=${id} field=${field} />
    ${about && html`<p class="faint" id=${`${id}-about`}>${about}</p>`}
  </div>`;
}

function Control({ id, field }: { id: string; field: Field }) {
  const { name, kind = 'text', value, required = false, max } = field;
  const shared = { id, name, required, 'aria-describedby': field.about ? `${id}-about` : undefined };
  switch (kind) {
    case 'usd':
      return html`<input ...${shared} type="number" min="0" step="any" inputmode="decimal" value=${value} />`;
    case 'count':
      return html`<input ...${shared} type="number" min="0" step="1" inputmode="numeric" value=${value} />`;
    case 'choice':
      return html`<${Select} shared=${shared} choices=${field.choices ?? []} value=${value} />`;
    case 'until':
      return html`<${Select} shared=${shared} choices=${spans(field.endless === true)} value=${field.endless ? '' : '60'} />`;
    case 'lines':
      return html`<textarea ...${shared} rows="3" spellcheck=${false}>${value}</textarea>`;
    default:
      return html`<input ...${shared} type="text" maxlength=${max} value=${value} autocomplete="off" />`;
  }
}

function Select({ shared, choices, value }: SelectProps) {
  return html`<select ...${shared}>
    ${choices.map(([key, text]) => html`<option value=${key} selected=${key === value}>${text}</option>`)}
  </select>`;
}

interface SelectProps {
  readonly shared: object;
  readonly choices: readonly (readonly [string, string])[];
  readonly value?: string | undefined;
}

function Choices({ field: { name, label, about, choices = [], value = '' } }: { field: Field }) {
  const chosen = value.split(' ');
  return html`<fieldset class="field">
    <legend>${label}</legend>
    ${choices.map(
      ([key, text]) =>
        html`<label class="check"><input type="checkbox" name=${name} value=${key} checked=${chosen.includes(key)} /> ${text}</label>`,
    )}
    ${about && html`<p class="faint">${about}</p>`}
  </fieldset>`;
}

/** In minutes; midnight is where the day of quota and budget ends. */
function spans(endless: boolean): readonly (readonly [string, string])[] {
  const named = SPANS.map(
    minutes => [String(minutes), minutes < 60 ? `for ${minutes} minutes` : `for ${minutes / 60} h`] as const,
  );
  return [...(endless ? [['', 'until somebody ends it'] as const] : []), ...named, ['midnight', 'until midnight UTC']];
}

export function fieldValue({ name, kind = 'text' }: Field, form: HTMLFormElement): Value {
  const texts = new FormData(form).getAll(name).map(value => String(value).trim());
  const [text = ''] = texts;
  if (kind === 'choices') return texts.length === 0 ? undefined : texts;
  if (text === '') return undefined;
  if (kind === 'usd' || kind === 'count') return Number(text);
  if (kind === 'lines') return text.split(/\s+/);
  return kind === 'until' ? endOf(text) : text;
}

function endOf(choice: string): string {
  const now = Date.now();
  const end = choice === 'midnight' ? Math.ceil((now + 1) / 86_400_000) * 86_400_000 : now + Number(choice) * 60_000;
  return new Date(end).toISOString();
}
