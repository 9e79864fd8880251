/**
 * `easel budget raise`: another budget for a time.
 */
import type { Call, Command } from '../command.ts';
import type { ExitCode } from '../faults.ts';
import { dollarsOf, needed, queryText, REASON, SHOP, UNTIL, untilOf } from '../operator-options.ts';
import { BUDGET_PATH, printBudget } from '../operator-text.ts';

export const budgetRaise: Command = {
  name: 'budget raise',
  summary: 'set another budget for a time',
  keyKind: 'admin',
  takes: '',
  counts: [0, 0],
  options: {
    to: { value: 'usd', help: 'dollars a day; less than usual will do, and 0 stops all spending' },
    until: UNTIL,
    reason: REASON,
    shop: SHOP,
  },
  notes: ['--to, --until and --reason are needed; --until is at most 7 days ahead. Again, it replaces the one before.'],
  examples: [
    'easel budget raise --to 20 --until 06:00 --reason "A sale this evening."',
    'easel budget raise --to 0 --until 2h --reason "Something is wrong, stop."',
  ],
  run: raiseBudget,
};

async function raiseBudget(call: Call): Promise<ExitCode> {
  const usd = dollarsOf('to', needed(call, 'to', budgetRaise));
  needed(call, 'until', budgetRaise);
  const body = { usd, until: untilOf(call), reason: needed(call, 'reason', budgetRaise) };
  const query = queryText({ shop: call.options.text('shop') });
  return printBudget(call, await call.client.json('PUT', `${BUDGET_PATH}/override${query}`, { body }));
}
