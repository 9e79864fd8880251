/**
 * `easel restore`: puts what `easel backup` copied into a data directory that holds no Easel yet.
 */
import { restore as putBack } from '../../../common/embedded/backup.ts';
import type { Call, Command } from '../command.ts';
import { dataDirectory, printReport, translated } from '../data-copies.ts';
import { EXIT, type ExitCode } from '../faults.ts';

export const restore: Command = {
  name: 'restore',
  summary: 'put a backup into a data directory that holds no Easel yet',
  takes: 'DIRECTORY',
  counts: [1, 1],
  options: {},
  notes: ['Nothing is overwritten. Start Easel on the directory afterwards, and ask `easel doctor` what is missing.'],
  examples: ['easel restore /mnt/backups/easel-2026-11-23 --data-dir ./data'],
  run: bringBack,
};

async function bringBack(call: Call): Promise<ExitCode> {
  const [from = ''] = call.args;
  const dataDir = dataDirectory(call);
  const report = await translated(putBack(from, dataDir));
  printReport(call, `restored into ${dataDir}`, report);
  return EXIT.ok;
}
