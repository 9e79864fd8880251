/**
 * `easel batch list`: the shop's batches, newest first.
 */
import type { ListedBatchAnswer } from '../batch-answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { PAGE_OPTIONS, printList } from '../list-pages.ts';
import { relativeText } from '../time-text.ts';

export const batchList: Command = {
  name: 'batch list',
  summary: 'list batches, newest first',
  takes: '',
  counts: [0, 0],
  options: PAGE_OPTIONS,
  notes: ['With --json one line for each batch. "easel batch show" tells how its jobs stand.'],
  examples: ['easel batch list --limit 5'],
  run: listBatches,
};

async function listBatches(call: Call): Promise<ExitCode> {
  const nowMs = call.now();
  const since = (text: string | undefined) => (text === undefined ? '' : relativeText(Date.parse(text), nowMs));
  await printList<ListedBatchAnswer>(call, {
    path: '/v1/batches',
    member: 'batches',
    isByTime: true,
    columns: [
      { title: 'ID', of: ({ id }) => id },
      { title: 'KIND', of: ({ kind }) => kind },
      { title: 'LANE', of: ({ lane }) => lane },
      { title: 'JOBS', of: ({ total }) => String(total), right: true },
      { title: 'CREATED', of: ({ createdAt }) => since(createdAt), right: true },
      {
        title: 'ENDED',
        of: ({ state, finishedAt }) => (state === 'rejected' ? 'rejected' : since(finishedAt)),
        right: true,
      },
      { title: 'CUSTOM ID', of: ({ customId = '' }) => customId, shrinksTo: 9 },
    ],
    none: 'No batches.',
  });
  return EXIT.ok;
}
