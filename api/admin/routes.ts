/**
 * The operators' routes on one screen, a part of the table in `api/app.ts`. A fifth element names the scope that the key
 * needs where it is not the usual one: `read` for GET, `write` for all others.
 */
import type { Route } from '../route.ts';
import { listAudit } from './audit.ts';
import { listBatches } from './batches.ts';
import { clearOverride, raiseBudget, showBudget } from './budget.ts';
import { abort, apply, listActions, makePlan, showAction } from './bulk.ts';
import { showCosts } from './costs.ts';
import { checkBooked, rebuildBooked } from './costs-check.ts';
import { listDeliveries, replayDelivery } from './deliveries.ts';
import { getAdminEvents } from './events.ts';
import { close, open, showIntake } from './intake.ts';
import { showInvariants } from './invariants.ts';
import { cancelAdminJob, eraseAdminJob, retryJob } from './job-actions.ts';
import { listAdminJobs, showAdminJob, showCounts } from './jobs.ts';
import { listKeys, makeKey, revoke } from './keys.ts';
import { changeCeiling, dropCeiling, hold, listModels, release, showCeiling } from './provider.ts';
import { listQueues, pause, resume } from './queues.ts';
import { changeShop, listShops, makeShop, showShop } from './shops.ts';
import { showStats } from './stats.ts';
import {
  changeDraft,
  changeOrder,
  changeSwitch,
  dropDraft,
  dropStyle,
  listAdminStyles,
  listFormats,
  listVersions,
  makeStyle,
  publish,
  showStyle,
} from './styles.ts';
import { tryOut } from './try-style.ts';
import { drawWaiting, listWaiting } from './waiting-orders.ts';
import { rotateWebhookSecret } from './webhook-secret.ts';

const OPERATORS = ['admin'] as const;

export const ADMIN_ROUTES: readonly Route[] = [
  ['get', '/v1/admin/jobs', OPERATORS, listAdminJobs],
  ['get', '/v1/admin/jobs/counts', OPERATORS, showCounts],
  ['get', '/v1/admin/jobs/:id', OPERATORS, showAdminJob],
  ['post', '/v1/admin/jobs/:id/retry', OPERATORS, retryJob],
  ['post', '/v1/admin/jobs/:id/cancel', OPERATORS, cancelAdminJob],
  ['post', '/v1/admin/jobs/:id/erase', OPERATORS, eraseAdminJob],
  ['get', '/v1/admin/orders/waiting', OPERATORS, listWaiting],
  ['post', '/v1/admin/uploads/:id/draw', OPERATORS, drawWaiting],
  ['get', '/v1/admin/batches', OPERATORS, listBatches],
  ['get', '/v1/admin/keys', OPERATORS, listKeys],
  ['post', '/v1/admin/keys', OPERATORS, makeKey, 'manage'],
  ['post', '/v1/admin/keys/:id/revoke', OPERATORS, revoke, 'manage'],
  ['get', '/v1/admin/shops', OPERATORS, listShops],
  ['post', '/v1/admin/shops', OPERATORS, makeShop, 'manage'],
  ['get', '/v1/admin/shops/:id', OPERATORS, showShop],
  ['patch', '/v1/admin/shops/:id', OPERATORS, changeShop, 'manage'],
  ['post', '/v1/admin/shops/:id/webhook-secret/rotate', OPERATORS, rotateWebhookSecret, 'manage'],
  ['get', '/v1/admin/budget', OPERATORS, showBudget],
  ['put', '/v1/admin/budget/override', OPERATORS, raiseBudget, 'manage'],
  ['delete', '/v1/admin/budget/override', OPERATORS, clearOverride, 'manage'],
  ['get', '/v1/admin/costs', OPERATORS, showCosts],
  ['get', '/v1/admin/costs/check', OPERATORS, checkBooked],
  ['post', '/v1/admin/costs/rebuild', OPERATORS, rebuildBooked, 'manage'],
  ['get', '/v1/admin/intake', OPERATORS, showIntake],
  ['put', '/v1/admin/intake', OPERATORS, close, 'manage'],
  ['delete', '/v1/admin/intake', OPERATORS, open, 'manage'],
  ['get', '/v1/admin/queues', OPERATORS, listQueues],
  ['post', '/v1/admin/queues/:name/pause', OPERATORS, pause],
  ['post', '/v1/admin/queues/:name/resume', OPERATORS, resume],
  ['get', '/v1/admin/bulk-actions', OPERATORS, listActions],
  ['post', '/v1/admin/bulk-actions', OPERATORS, makePlan, 'manage'],
  ['get', '/v1/admin/bulk-actions/:id', OPERATORS, showAction],
  ['post', '/v1/admin/bulk-actions/:id/apply', OPERATORS, apply, 'manage'],
  ['post', '/v1/admin/bulk-actions/:id/abort', OPERATORS, abort],
  ['get', '/v1/admin/models', OPERATORS, listModels],
  ['put', '/v1/admin/models/:id/hold', OPERATORS, hold, 'manage'],
  ['delete', '/v1/admin/models/:id/hold', OPERATORS, release, 'manage'],
  ['get', '/v1/admin/ceiling', OPERATORS, showCeiling],
  ['put', '/v1/admin/ceiling', OPERATORS, changeCeiling, 'manage'],
  ['delete', '/v1/admin/ceiling', OPERATORS, dropCeiling, 'manage'],
  ['get', '/v1/admin/styles', OPERATORS, listAdminStyles],
  ['post', '/v1/admin/styles', OPERATORS, makeStyle, 'manage'],
  ['put', '/v1/admin/styles/order', OPERATORS, changeOrder, 'manage'],
  ['get', '/v1/admin/styles/:id', OPERATORS, showStyle],
  ['patch', '/v1/admin/styles/:id', OPERATORS, changeSwitch, 'manage'],
  ['delete', '/v1/admin/styles/:id', OPERATORS, dropStyle, 'manage'],
  ['patch', '/v1/admin/styles/:id/draft', OPERATORS, changeDraft, 'manage'],
  ['delete', '/v1/admin/styles/:id/draft', OPERATORS, dropDraft, 'manage'],
  ['post', '/v1/admin/styles/:id/try', OPERATORS, tryOut],
  ['post', '/v1/admin/styles/:id/publish', OPERATORS, publish, 'manage'],
  ['get', '/v1/admin/styles/:id/versions', OPERATORS, listVersions],
  ['get', '/v1/admin/formats', OPERATORS, listFormats],
  ['get', '/v1/admin/deliveries', OPERATORS, listDeliveries],
  ['post', '/v1/admin/deliveries/:id/replay', OPERATORS, replayDelivery],
  ['get', '/v1/admin/audit', OPERATORS, listAudit],
  ['get', '/v1/admin/stats', OPERATORS, showStats],
  ['get', '/v1/admin/invariants', OPERATORS, showInvariants],
  ['get', '/v1/admin/events', OPERATORS, getAdminEvents],
];
