/**
 * `easel ledger check`: holds what was booked as the costs of some days against the ledgers of the jobs.
 */
import type { CostsCheckAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { LEDGER_DAYS, LEDGER_WAIT_S, printCheck } from '../ledger-text.ts';
import { needed, queryText } from '../operator-options.ts';

export const ledgerCheck: Command = {
  name: 'ledger check',
  summary: "hold the costs of some days against the jobs' ledgers",
  keyKind: 'admin',
  direct: true,
  takes: '',
  counts: [0, 0],
  options: LEDGER_DAYS,
  notes: [
    'Changes nothing; exit code 6 when something differs. Reads the ledger of every job of the sixty days before the end,',
    'which a large store bills; with --direct no request of the API has to last as long.',
  ],
  examples: ['easel ledger check --from 2026-11-22', 'easel ledger check --from 2026-11-01 --to 2026-11-22 --direct'],
  run: check,
};

async function check(call: Call): Promise<ExitCode> {
  const days = { from: needed(call, 'from', ledgerCheck), to: call.options.text('to') };
  const path = `/v1/admin/costs/check${queryText(days)}`;
  const answer = await call.client.json<CostsCheckAnswer>('GET', path, { waitS: LEDGER_WAIT_S });
  printCheck(call, answer, '');
  return answer.differing === 0 ? EXIT.ok : EXIT.unsound;
}
