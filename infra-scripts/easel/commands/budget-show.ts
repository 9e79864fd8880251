/**
 * `easel budget show`: what was spent today, and for whom there is room.
 */
import type { Call, Command } from '../command.ts';
import type { ExitCode } from '../faults.ts';
import { queryText, SHOP } from '../operator-options.ts';
import { BUDGET_PATH, printBudget } from '../operator-text.ts';

export const budgetShow: Command = {
  name: 'budget show',
  summary: "show the day's spend and its budget",
  keyKind: 'admin',
  direct: true,
  takes: '',
  counts: [0, 0],
  options: { shop: SHOP },
  notes: ['Calls under way count by their estimates. The day ends at midnight UTC.'],
  examples: ['easel budget show', "easel budget show --json | jq '.spentUsd / .capUsd'"],
  run: showBudget,
};

async function showBudget(call: Call): Promise<ExitCode> {
  const query = queryText({ shop: call.options.text('shop') });
  return printBudget(call, await call.client.json('GET', `${BUDGET_PATH}${query}`));
}
