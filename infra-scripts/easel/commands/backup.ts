/**
 * `easel backup`: a copy of an embedded Easel's data, taken while it works. On google the store and the bucket have
 * backups of their own.
 */
import { backUp } from '../../../common/embedded/backup.ts';
import type { Call, Command } from '../command.ts';
import { dataDirectory, printReport, translated } from '../data-copies.ts';
import { EXIT, type ExitCode } from '../faults.ts';

export const backup: Command = {
  name: 'backup',
  summary: 'copy the data of an Easel on this machine, while it works',
  takes: 'DIRECTORY',
  counts: [1, 1],
  options: {},
  notes: [
    'Copies database, pictures, photos, keys and secrets into a directory that must not exist yet.',
    'For `PLATFORM=embedded`: the google platform is backed up by Firestore and Cloud Storage themselves.',
  ],
  examples: ['easel backup /mnt/backups/easel-2026-11-23'],
  run: copyAway,
};

async function copyAway(call: Call): Promise<ExitCode> {
  const [to = ''] = call.args;
  const report = await translated(backUp(dataDirectory(call), to, call.now()));
  printReport(call, `copied to ${to}`, report);
  return EXIT.ok;
}
