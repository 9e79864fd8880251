/**
 * `easel ledger rebuild`: books the costs of some days anew, as the ledgers of the jobs say.
 */
import type { CostsCheckAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { LEDGER_DAYS, LEDGER_WAIT_S, printCheck } from '../ledger-text.ts';
import { given, needed, REASON } from '../operator-options.ts';

export const ledgerRebuild: Command = {
  name: 'ledger rebuild',
  summary: "book the costs of some days anew from the jobs' ledgers",
  keyKind: 'admin',
  takes: '',
  counts: [0, 0],
  options: { ...LEDGER_DAYS, reason: REASON },
  notes: ['After an update from a version that booked nothing, or a rollback to one. Twice is once.'],
  examples: ['easel ledger rebuild --from 2026-11-22 --reason "the day of the update"'],
  run: rebuild,
};

async function rebuild(call: Call): Promise<ExitCode> {
  const days = { from: needed(call, 'from', ledgerRebuild), to: call.options.text('to') };
  const body = given({ ...days, reason: needed(call, 'reason', ledgerRebuild) });
  const path = '/v1/admin/costs/rebuild';
  const answer = await call.client.json<CostsCheckAnswer>('POST', path, { body, waitS: LEDGER_WAIT_S });
  printCheck(call, answer, ', and were booked anew');
  return EXIT.ok;
}
