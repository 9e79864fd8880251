/**
 * What can be done about a job. Each is bound to the job as it is shown: pressed twice, or by two people, it happens once.
 */
import type { Answer } from './answers.ts';
import { call } from './api.ts';
import { openDialog } from './dialog.ts';
import { html } from './html.ts';

type WholeJob = Answer<'AdminJob'>;

export function JobActions({ job, models }: { job: WholeJob; models: readonly Answer<'Model'>[] }) {
  return html`
    ${job.retry.possible && html`<button type="button" class="primary" onClick=${() => retry(job, models)}>Try again …</button>`}
    ${!job.done && html`<button type="button" onClick=${() => cancel(job)}>Cancel …</button>`}
    ${job.erasedAt === undefined && html`<button type="button" class="danger" onClick=${() => erase(job)}>Erase …</button>`}`;
}

function act(job: WholeJob, verb: string, body: object): Promise<unknown> {
  return call(`POST jobs/${job.id}/${verb}`, { body, headers: { 'If-Match': `"${job.sequence}"` } });
}

function retry(job: WholeJob, models: readonly Answer<'Model'>[]): void {
  openDialog({
    title: 'Try again?',
    text: 'A new run of this job. It costs the shopper nothing, and the service what the model takes.',
    fields: [
      {
        name: 'model',
        label: 'Model',
        kind: 'choice',
        choices: [['', `as before (${job.model})`], ...models.map(({ id }) => [id, id] as const)],
      },
      { name: 'variation', label: 'Variation', kind: 'count', about: '0 to 9: another version of the same picture.' },
      {
        name: 'force',
        label: 'Guards',
        kind: 'choices',
        choices: [['yes', 'also when it has been retried twice already']],
      },
    ],
    verb: 'Try again',
    reason: 'required',
    run: async ({ reason, model, variation, force }) => {
      const options = variation === undefined ? {} : { options: { variation } };
      await act(job, 'retry', { reason, ...(model ? { model } : {}), ...options, ...(force ? { force: true } : {}) });
      return undefined;
    },
  });
}

function cancel(job: WholeJob): void {
  openDialog({
    title: 'Cancel this job?',
    text: 'If the model was asked already, the picture counts.',
    verb: 'Cancel the job',
    danger: true,
    reason: 'optional',
    run: async body => void (await act(job, 'cancel', body)),
  });
}

function erase(job: WholeJob): void {
  openDialog({
    title: 'Erase this job?',
    text: 'Photo, picture, prompt and metadata go for good, within a minute. Nothing brings them back.',
    verb: 'Erase',
    danger: true,
    reason: 'required',
    run: async body => void (await act(job, 'erase', body)),
  });
}
