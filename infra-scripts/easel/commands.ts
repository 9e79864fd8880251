/**
 * The whole command line on one screen: every command, in the order of the overview.
 */
import type { Command } from './command.ts';
import { generate } from './commands/generate.ts';
import { health } from './commands/health.ts';
import { jobsCancel } from './commands/jobs-cancel.ts';
import { jobsDownload } from './commands/jobs-download.ts';
import { jobsErase } from './commands/jobs-erase.ts';
import { jobsList } from './commands/jobs-list.ts';
import { jobsShow } from './commands/jobs-show.ts';
import { jobsWatch } from './commands/jobs-watch.ts';
import { quota } from './commands/quota.ts';
import { styles } from './commands/styles.ts';
import { version } from './commands/version.ts';

export const COMMANDS: readonly Command[] = [
  generate,
  jobsList,
  jobsShow,
  jobsWatch,
  jobsCancel,
  jobsErase,
  jobsDownload,
  styles,
  quota,
  health,
  version,
];
