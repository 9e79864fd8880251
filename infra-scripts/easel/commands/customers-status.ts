/**
 * `easel customers status`: what was asked for about customers' data and how far it is; what waits for a person first of
 * all, as it has to be done within a month.
 */
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { PAGE_OPTIONS, printList } from '../list-pages.ts';
import { type PrivacyAnswer, progressText, requestLines, requestPath } from '../privacy-text.ts';
import { localText } from '../time-text.ts';

export const customersStatus: Command = {
  name: 'customers status',
  summary: 'list erasures and wishes to be told, or show one',
  keyKind: 'admin',
  takes: '[ID]',
  counts: [0, 1],
  options: {
    state: { value: 'state', help: 'only those that are open, running or done; open ones wait for a person' },
    ...PAGE_OPTIONS,
  },
  notes: [
    'Of a hand-over that is open: give the export to the customer, then "easel customers close ID". Shopify leaves 30 days.',
    'With --json one line for each.',
  ],
  examples: ['easel customers status --state open', 'easel customers status prv_01m83fz1q3zzctwn61v8nq048z'],
  run: showStatus,
};

async function showStatus(call: Call): Promise<ExitCode> {
  const { client, args, options, json, out } = call;
  const [id] = args;
  if (id !== undefined) {
    const request = await client.json<PrivacyAnswer>('GET', requestPath(id));
    for (const line of json ? [JSON.stringify(request)] : requestLines(request)) out.line(line);
    return EXIT.ok;
  }
  await printList<PrivacyAnswer>(call, {
    path: '/v1/privacy-requests',
    filters: { state: options.text('state') },
    member: 'requests',
    isByTime: true,
    columns: [
      { title: 'ID', of: request => request.id },
      { title: 'WHAT', of: ({ kind }) => kind },
      { title: 'STATE', of: ({ state }) => state },
      { title: 'SHOP', of: ({ shop }) => shop, shrinksTo: 8 },
      { title: 'ASKED', of: ({ createdAt }) => localText(Date.parse(createdAt)) },
      { title: 'BY', of: ({ asked }) => asked },
      { title: 'CUSTOMER', of: ({ customerId = '' }) => customerId, shrinksTo: 8 },
      { title: 'PROGRESS', of: progressText, shrinksTo: 12 },
    ],
    none: 'No requests.',
  });
  return EXIT.ok;
}
