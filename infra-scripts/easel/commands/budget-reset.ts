/**
 * `easel budget reset`: back to the usual budget before the other one has ended.
 */
import type { Call, Command } from '../command.ts';
import type { ExitCode } from '../faults.ts';
import { queryText, REASON, SHOP } from '../operator-options.ts';
import { BUDGET_PATH, printBudget } from '../operator-text.ts';

export const budgetReset: Command = {
  name: 'budget reset',
  summary: 'go back to the usual budget',
  keyKind: 'admin',
  takes: '',
  counts: [0, 0],
  options: { reason: REASON, shop: SHOP },
  examples: ['easel budget reset'],
  run: resetBudget,
};

async function resetBudget(call: Call): Promise<ExitCode> {
  const query = queryText({ shop: call.options.text('shop'), reason: call.options.text('reason') });
  return printBudget(call, await call.client.json('DELETE', `${BUDGET_PATH}/override${query}`));
}
