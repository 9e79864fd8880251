/**
 * One dialog for everything that changes something: what it will do in a sentence, its fields, and why. It stays open
 * with the service's own words when the service refuses.
 */
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiProblem } from './api.ts';
import { type Field, fieldValue, Input, type Values } from './fields.ts';
import { type ComponentChildren, html } from './html.ts';
import { reloadAll } from './live.ts';
import { ProblemNote } from './parts.ts';

export interface DialogSpec {
  readonly title: string;
  readonly text?: ComponentChildren;
  readonly fields?: readonly Field[];
  /** The word on the button, a verb. */
  readonly verb: string;
  readonly danger?: boolean;
  /** Asks for a reason; it goes into the audit. */
  readonly reason?: 'required' | 'optional';
  /** What it returns is shown in place of the fields until the operator closes the dialog. */
  readonly run: (values: Values) => Promise<ComponentChildren | undefined>;
}

let show: (spec: DialogSpec | undefined) => void = () => {};

export function openDialog(spec: DialogSpec): void {
  show(spec);
}

const REASON: Field = { name: 'reason', label: 'Reason', about: 'Goes into the audit.', max: 500 };

/** Stands once in the page. */
export function DialogHost() {
  const [spec, setSpec] = useState<DialogSpec>();
  const [opened, setOpened] = useState(0);
  show = next => {
    setSpec(next);
    setOpened(count => count + 1);
  };
  return spec ? html`<${Dialog} key=${opened} spec=${spec} onClose=${() => setSpec(undefined)} />` : null;
}

function Dialog({ spec, onClose }: { spec: DialogSpec; onClose: () => void }) {
  const element = useRef<HTMLDialogElement>(null);
  const [problem, setProblem] = useState<ApiProblem>();
  const [busy, setBusy] = useState(false);
  const [result, setResult] = useState<ComponentChildren>();
  useEffect(() => element.current?.showModal(), []);

  const { title, text, verb, danger, reason, run } = spec;
  const fields = [...(spec.fields ?? []), ...(reason ? [{ ...REASON, required: reason === 'required' }] : [])];
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    setBusy(true);
    setProblem(undefined);
    try {
      const values = Object.fromEntries(fields.map(field => [field.name, fieldValue(field, form)]));
      const shown = await run(values);
      reloadAll();
      if (shown === undefined) element.current?.close();
      else setResult(shown);
    } catch (error) {
      setProblem(error instanceof ApiProblem ? error : new ApiProblem(0, 'internal', String(error)));
    }
    setBusy(false);
  };

  const body =
    result ??
    html`
    ${text && html`<p>${text}</p>`}
    ${fields.map(field => html`<${Input} key=${field.name} field=${field} />`)}
    <${ProblemNote} problem=${problem} />`;
  return html`<dialog ref=${element} aria-labelledby="dialog-title" onClose=${onClose}>
    <form onSubmit=${submit}>
      <h2 id="dialog-title">${title}</h2>
      ${body}
      <p class="actions">
        <button type="button" onClick=${() => element.current?.close()}>${result === undefined ? 'Cancel' : 'Close'}</button>
        ${result === undefined && html`<button type="submit" class=${danger ? 'danger' : 'primary'} disabled=${busy}>${verb}</button>`}
      </p>
    </form>
  </dialog>`;
}
