/**
 * `easel orders waiting`: orders that came without a picture, and what became of the job that draws it.
 */
import type { WaitingOrderAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { PAGE_OPTIONS, printList } from '../list-pages.ts';
import { relativeText } from '../time-text.ts';

export const ordersWaiting: Command = {
  name: 'orders waiting',
  summary: 'list orders that wait for a picture, the oldest first',
  keyKind: 'admin',
  takes: '',
  counts: [0, 0],
  options: PAGE_OPTIONS,
  notes: [
    '"easel jobs create --upload UPLOAD" draws one. With --json one line for each, with the address of its photo.',
  ],
  examples: [
    'easel orders waiting',
    "easel orders waiting --all --json | jq -r 'select(.job == null).uploadId' | xargs -n1 easel jobs create --upload",
  ],
  run: listWaiting,
};

async function listWaiting(call: Call): Promise<ExitCode> {
  await printList<WaitingOrderAnswer>(call, {
    path: '/v1/admin/orders/waiting',
    member: 'orders',
    columns: [
      { title: 'UPLOAD', of: ({ uploadId }) => uploadId },
      { title: 'ORDER', of: ({ orderIds = [] }) => orderIds.join(' '), shrinksTo: 12 },
      { title: 'SHOP', of: ({ shop }) => shop },
      { title: 'STYLE', of: ({ style = '' }) => style },
      { title: 'ORDERED', of: ({ orderedAt }) => relativeText(Date.parse(orderedAt), call.now()), right: true },
      { title: 'PICTURE', of: ({ job }) => (job ? (job.code ?? job.status) : 'none yet') },
    ],
    none: 'No order waits for a picture.',
  });
  return EXIT.ok;
}
