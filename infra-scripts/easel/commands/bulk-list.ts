/**
 * `easel bulk list`: what was planned and applied, newest first.
 */
import type { BulkAnswer } from '../admin-answers.ts';
import { BULK_PATH } from '../bulk-text.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { PAGE_OPTIONS, printList } from '../list-pages.ts';
import { localText } from '../time-text.ts';

export const bulkList: Command = {
  name: 'bulk list',
  summary: 'list bulk actions, newest first',
  keyKind: 'admin',
  direct: true,
  takes: '',
  counts: [0, 0],
  options: PAGE_OPTIONS,
  notes: ['With --json one line for each. They are kept for 30 days.'],
  examples: ['easel bulk list --limit 5'],
  run: listBulk,
};

async function listBulk(call: Call): Promise<ExitCode> {
  await printList<BulkAnswer>(call, {
    path: BULK_PATH,
    member: 'actions',
    isByTime: true,
    columns: [
      { title: 'ID', of: ({ id }) => id },
      { title: 'PLANNED', of: ({ frozenAt }) => localText(Date.parse(frozenAt)) },
      { title: 'DOES', of: ({ action }) => action },
      { title: 'STATE', of: ({ state }) => state },
      { title: 'DONE', of: ({ progress }) => `${progress.done} of ${progress.total}`, right: true },
      { title: 'WHO', of: ({ actor }) => actor, shrinksTo: 12 },
      { title: 'WHY', of: ({ reason }) => reason, shrinksTo: 10 },
    ],
    none: 'No bulk actions.',
  });
  return EXIT.ok;
}
