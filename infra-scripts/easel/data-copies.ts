/**
 * What `easel backup` and `easel restore` share: the data directory of this machine, and what was copied.
 */
import type { BackupReport } from '../../common/embedded/backup.ts';
import { isPlatformError } from '../../common/platform/errors.ts';
import type { Call } from './command.ts';
import { EXIT, Fault } from './faults.ts';

/** As the service has it: `--data-dir`, else DATA_DIR, else `./data`. */
export function dataDirectory({ options, env }: Pick<Call, 'options' | 'env'>): string {
  return options.text('data-dir') ?? (env.DATA_DIR || './data');
}

/** Throws the copier's sentences as faults of their own. */
export async function translated<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (isPlatformError(error)) throw new Fault(EXIT.noPicture, error.message, { cause: error });
    throw error;
  }
}

export function printReport({ out, json }: Pick<Call, 'out' | 'json'>, done: string, report: BackupReport): void {
  const { jobs, objects, bytes, damaged } = report;
  if (json) {
    out.line(JSON.stringify(report, null, 2));
    return;
  }
  out.line(`${done}: ${jobs} jobs, ${objects} objects, ${bytes} bytes`);
  for (const path of damaged) out.line(`${out.paint.red('damaged')} ${path}, copied as it is`);
}
