/**
 * `easel webhooks list`: what servers were and are to be told, with what became of the latest try.
 */
import type { DeliveryAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { PAGE_OPTIONS, printList } from '../list-pages.ts';
import { relativeText } from '../time-text.ts';

export const webhooksList: Command = {
  name: 'webhooks list',
  summary: 'list what servers were told, newest first',
  keyKind: 'admin',
  direct: true,
  takes: '',
  counts: [0, 0],
  options: {
    job: { value: 'id', help: 'only of this job' },
    state: { value: 'state', help: 'only those that are pending, delivered, failed or disabled' },
    ...PAGE_OPTIONS,
  },
  notes: [
    'A delivery is "failed" after ten tries over about 75 hours, and "disabled" when the receiver answered 410.',
    'With --json one line for each, with all of its tries.',
  ],
  examples: ['easel webhooks list --state failed', 'easel webhooks list --job job_1dsmmw2m8y9c2cbzcnbkehr45d'],
  run: listWebhooks,
};

async function listWebhooks(call: Call): Promise<ExitCode> {
  const { options, now } = call;
  const when = (at: string | undefined) => (at === undefined ? '' : relativeText(Date.parse(at), now()));
  await printList<DeliveryAnswer>(call, {
    path: '/v1/admin/deliveries',
    filters: { jobId: options.text('job'), state: options.text('state') },
    member: 'deliveries',
    isByTime: true,
    columns: [
      { title: 'ID', of: ({ id }) => id },
      { title: 'EVENT', of: ({ type }) => type },
      { title: 'STATE', of: ({ state }) => state },
      { title: 'TRIES', of: ({ tries }) => String(tries.length), right: true },
      { title: 'LATEST', of: latest },
      { title: 'NEXT', of: ({ nextTryAt }) => when(nextTryAt), right: true },
      { title: 'TO', of: ({ url }) => url, shrinksTo: 12 },
    ],
    none: 'No deliveries.',
  });
  return EXIT.ok;
}

function latest({ tries }: DeliveryAnswer): string {
  const last = tries.at(-1);
  return last ? (last.error ?? String(last.status ?? 'no answer yet')) : '';
}
