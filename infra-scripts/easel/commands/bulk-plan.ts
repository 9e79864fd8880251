/**
 * `easel bulk plan`: looks at what a filter finds and what doing something to it would cost. Changes no job.
 */
import type { BulkAnswer } from '../admin-answers.ts';
import { BULK_PATH, bulkLines } from '../bulk-text.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode, usageFault } from '../faults.ts';
import { filterOf, JOB_FILTER } from '../job-filter.ts';
import { needed, REASON } from '../operator-options.ts';
import { WISH_OPTIONS, wishOf } from '../wish-options.ts';

const VERBS = ['retry', 'cancel', 'expire', 'erase'];

export const bulkPlan: Command = {
  name: 'bulk plan',
  summary: 'look what doing something to many jobs would do',
  keyKind: 'admin',
  takes: 'ACTION',
  counts: [1, 1],
  options: {
    reason: REASON,
    ...JOB_FILTER,
    ...WISH_OPTIONS,
    model: { value: 'id', help: 'of a retry: ask this model instead' },
    'of-model': { value: 'id', help: 'jobs that name this model, or asked it' },
  },
  notes: [
    'ACTION is retry, cancel, expire (what waits) or erase; --reason and one filter at least are needed. It changes no job',
    'and prints the command that applies it, which is good for an hour. Which jobs they are is frozen now.',
  ],
  examples: [
    'easel bulk plan retry --status failed --since 6h --reason "The provider is well again."',
    'easel bulk plan cancel --shop pets --status queued --reason "They asked us to."',
  ],
  run: planBulk,
};

async function planBulk(call: Call): Promise<ExitCode> {
  const { client, args, out, err, json, options } = call;
  const [action = ''] = args;
  if (!VERBS.includes(action)) throw usageFault(`There is no action "${action}".`, `There are ${VERBS.join(', ')}.`);
  const { model: _, ...filter } = filterOf(call);
  const ofModel = options.text('of-model');
  const body = {
    action,
    filter: { ...filter, ...(ofModel === undefined ? {} : { model: ofModel }) },
    reason: needed(call, 'reason', bulkPlan),
    ...wishOf(call),
  };
  const plan = await client.json<BulkAnswer & { readonly token: string }>('POST', BULK_PATH, { body });
  if (json) out.line(JSON.stringify(plan, null, 2));
  else {
    for (const line of bulkLines(plan, call)) out.line(line);
    err.line(`Nothing was changed. To apply it: easel bulk apply ${plan.id} --token ${plan.token}`);
  }
  return EXIT.ok;
}
