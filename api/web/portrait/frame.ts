/**
 * The fixed parts of the component and where they stand. What they show is the business of `studio.ts`.
 */
import { h, ICONS, icon } from './dom.ts';

export interface FrameParts {
  readonly stage: HTMLElement;
  /** What can be done with the portrait on the stage. */
  readonly beside: HTMLElement;
  readonly strip: HTMLElement;
  readonly picker: HTMLElement;
}

export type Frame = ReturnType<typeof createFrame>;

export const FILE_INPUT_ID = 'photo';

export function createFrame({ stage, beside, strip, picker }: FrameParts) {
  const file = h('input', { type: 'file', id: FILE_INPUT_ID, class: 'file hears', accept: 'image/*,.heic,.heif' });
  const changeText = h('span');
  const change = h('label', { class: 'link change', for: FILE_INPUT_ID }, icon(ICONS.photo), changeText);
  const downloadText = h('span');
  const download = h('button', { type: 'button', class: 'link', part: 'download' }, icon(ICONS.download), downloadText);
  const below = h('div', { class: 'below' }, change, download);
  const side = h('div', { class: 'side' }, file, stage, below, beside, strip);

  const submit = h('button', { type: 'submit', class: 'submit', part: 'submit' });
  const hint = h('p', { class: 'hint', id: 'hint' });
  const quota = h('p', { class: 'quota', part: 'quota' });
  const problem = h('p');
  const again = h('button', { type: 'button', class: 'quiet' });
  const refused = h('div', { class: 'refused', role: 'alert', hidden: true }, problem, again);
  const panel = h('form', { class: 'panel', part: 'panel' }, picker, refused, submit, quota, hint);
  submit.setAttribute('aria-describedby', 'hint');

  const hears = h('p', { class: 'hears', role: 'status', 'aria-live': 'polite' });
  const element = h('div', { class: 'frame', part: 'frame' }, side, panel, hears);
  return {
    element,
    side,
    file,
    change,
    changeText,
    download,
    downloadText,
    panel,
    submit,
    hint,
    quota,
    refused,
    problem,
    again,
    hears,
  };
}
