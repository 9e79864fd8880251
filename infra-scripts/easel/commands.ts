/**
 * The whole command line on one screen: every command, in the order of the overview.
 */
import type { Command } from './command.ts';
import { auditList } from './commands/audit-list.ts';
import { backup } from './commands/backup.ts';
import { batchCancel } from './commands/batch-cancel.ts';
import { batchDownload } from './commands/batch-download.ts';
import { batchList } from './commands/batch-list.ts';
import { batchRetry } from './commands/batch-retry.ts';
import { batchShow } from './commands/batch-show.ts';
import { batchSubmit } from './commands/batch-submit.ts';
import { batchWatch } from './commands/batch-watch.ts';
import { budgetRaise } from './commands/budget-raise.ts';
import { budgetReset } from './commands/budget-reset.ts';
import { budgetShow } from './commands/budget-show.ts';
import { bulkAbort } from './commands/bulk-abort.ts';
import { bulkApply } from './commands/bulk-apply.ts';
import { bulkList } from './commands/bulk-list.ts';
import { bulkPlan } from './commands/bulk-plan.ts';
import { bulkWatch } from './commands/bulk-watch.ts';
import { ceilingClear } from './commands/ceiling-clear.ts';
import { ceilingSet } from './commands/ceiling-set.ts';
import { costs } from './commands/costs.ts';
import { customersClose } from './commands/customers-close.ts';
import { customersErase } from './commands/customers-erase.ts';
import { customersExport } from './commands/customers-export.ts';
import { customersStatus } from './commands/customers-status.ts';
import { doctor } from './commands/doctor.ts';
import { generate } from './commands/generate.ts';
import { health } from './commands/health.ts';
import { intakeClose } from './commands/intake-close.ts';
import { intakeOpen } from './commands/intake-open.ts';
import { intakeShow } from './commands/intake-show.ts';
import { jobsCancel } from './commands/jobs-cancel.ts';
import { jobsCreate } from './commands/jobs-create.ts';
import { jobsDownload } from './commands/jobs-download.ts';
import { jobsErase } from './commands/jobs-erase.ts';
import { jobsExplain } from './commands/jobs-explain.ts';
import { jobsFind } from './commands/jobs-find.ts';
import { jobsList } from './commands/jobs-list.ts';
import { jobsRetry } from './commands/jobs-retry.ts';
import { jobsShow } from './commands/jobs-show.ts';
import { jobsWatch } from './commands/jobs-watch.ts';
import { keysCreate } from './commands/keys-create.ts';
import { keysList } from './commands/keys-list.ts';
import { keysRevoke } from './commands/keys-revoke.ts';
import { ledgerCheck } from './commands/ledger-check.ts';
import { ledgerRebuild } from './commands/ledger-rebuild.ts';
import { modelsHold } from './commands/models-hold.ts';
import { modelsList } from './commands/models-list.ts';
import { modelsRelease } from './commands/models-release.ts';
import { ordersWaiting } from './commands/orders-waiting.ts';
import { queuesList } from './commands/queues-list.ts';
import { queuesPause } from './commands/queues-pause.ts';
import { queuesResume } from './commands/queues-resume.ts';
import { quota } from './commands/quota.ts';
import { restore } from './commands/restore.ts';
import { shopsCreate } from './commands/shops-create.ts';
import { shopsList } from './commands/shops-list.ts';
import { shopsSet } from './commands/shops-set.ts';
import { shopsShow } from './commands/shops-show.ts';
import { stats } from './commands/stats.ts';
import { status } from './commands/status.ts';
import { styles } from './commands/styles.ts';
import { stylesCreate } from './commands/styles-create.ts';
import { stylesDiscard } from './commands/styles-discard.ts';
import { stylesEdit } from './commands/styles-edit.ts';
import { stylesList } from './commands/styles-list.ts';
import { stylesOrder } from './commands/styles-order.ts';
import { stylesPublish } from './commands/styles-publish.ts';
import { stylesShow } from './commands/styles-show.ts';
import { stylesOff, stylesOn } from './commands/styles-switch.ts';
import { stylesTry } from './commands/styles-try.ts';
import { version } from './commands/version.ts';
import { webhooksList } from './commands/webhooks-list.ts';
import { webhooksReplay } from './commands/webhooks-replay.ts';
import { webhooksRotateSecret } from './commands/webhooks-rotate-secret.ts';

export const COMMANDS: readonly Command[] = [
  generate,
  jobsCreate,
  jobsList,
  jobsShow,
  jobsWatch,
  jobsCancel,
  jobsErase,
  jobsDownload,
  batchSubmit,
  batchWatch,
  batchDownload,
  batchList,
  batchShow,
  batchCancel,
  batchRetry,
  styles,
  quota,
  status,
  stats,
  doctor,
  backup,
  restore,
  ordersWaiting,
  jobsFind,
  jobsExplain,
  jobsRetry,
  bulkPlan,
  bulkApply,
  bulkWatch,
  bulkAbort,
  bulkList,
  keysList,
  keysCreate,
  keysRevoke,
  shopsList,
  shopsShow,
  shopsCreate,
  shopsSet,
  customersErase,
  customersExport,
  customersStatus,
  customersClose,
  stylesList,
  stylesShow,
  stylesCreate,
  stylesEdit,
  stylesTry,
  stylesPublish,
  stylesDiscard,
  stylesOff,
  stylesOn,
  stylesOrder,
  costs,
  ledgerCheck,
  ledgerRebuild,
  budgetShow,
  budgetRaise,
  budgetReset,
  intakeShow,
  intakeClose,
  intakeOpen,
  queuesList,
  queuesPause,
  queuesResume,
  modelsList,
  modelsHold,
  modelsRelease,
  ceilingSet,
  ceilingClear,
  webhooksList,
  webhooksReplay,
  webhooksRotateSecret,
  auditList,
  health,
  version,
];
