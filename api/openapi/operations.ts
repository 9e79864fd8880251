/**
 * Which operation of the document describes which route, in the order in which they are shown. A route without one, and
 * one without a route, is an error: see `document.ts`.
 */
import type { Operation } from './operation.ts';
import * as admin from './operations/admin.ts';
import * as adminJobs from './operations/admin-jobs.ts';
import * as batches from './operations/batches.ts';
import * as web from './operations/console.ts';
import * as jobs from './operations/jobs.ts';
import * as pages from './operations/pages.ts';
import * as service from './operations/service.ts';
import * as shop from './operations/shop.ts';
import * as submit from './operations/submit.ts';

export const OPERATIONS: { readonly [route: string]: Operation } = {
  'POST /v1/jobs': submit.submitJob,
  'GET /v1/jobs': jobs.listJobs,
  'GET /v1/jobs/:id': jobs.getJob,
  'GET /v1/jobs/:id/events': jobs.getEvents,
  'GET /v1/jobs/:id/output': jobs.getOutput,
  'GET /v1/jobs/:id/input': jobs.getInput,
  'POST /v1/jobs/:id/cancel': jobs.cancelJob,
  'DELETE /v1/jobs/:id': jobs.eraseJob,
  'POST /v1/batches': batches.submitBatch,
  'GET /v1/batches/:id': batches.getBatch,
  'GET /v1/batches/:id/events': batches.getBatchEvents,
  'POST /v1/batches/:id/cancel': batches.cancelBatch,
  'POST /v1/uploads': submit.createUpload,
  'POST /v1/sessions': shop.openSession,
  'GET /v1/styles': shop.listStyles,
  'GET /v1/quota': shop.getQuota,
  'GET /v1/admin/stats': admin.getStats,
  'GET /v1/admin/invariants': admin.getInvariants,
  'GET /v1/admin/events': adminJobs.getAdminEvents,
  'GET /v1/admin/jobs': adminJobs.listAdminJobs,
  'GET /v1/admin/jobs/counts': adminJobs.countAdminJobs,
  'GET /v1/admin/jobs/:id': adminJobs.getAdminJob,
  'POST /v1/admin/jobs/:id/retry': adminJobs.retryJob,
  'POST /v1/admin/jobs/:id/cancel': adminJobs.cancelAdminJob,
  'POST /v1/admin/jobs/:id/erase': adminJobs.eraseAdminJob,
  'GET /v1/admin/models': adminJobs.listModels,
  'PUT /v1/admin/models/:id/hold': adminJobs.holdModel,
  'DELETE /v1/admin/models/:id/hold': adminJobs.releaseModel,
  'GET /v1/admin/ceiling': adminJobs.getCeiling,
  'PUT /v1/admin/ceiling': adminJobs.setCeiling,
  'DELETE /v1/admin/ceiling': adminJobs.clearCeiling,
  'GET /v1/admin/keys': admin.listKeys,
  'POST /v1/admin/keys': admin.createKey,
  'POST /v1/admin/keys/:id/revoke': admin.revokeKey,
  'GET /v1/admin/shops': admin.listShops,
  'POST /v1/admin/shops': admin.createShop,
  'GET /v1/admin/shops/:id': admin.getShop,
  'PATCH /v1/admin/shops/:id': admin.updateShop,
  'POST /v1/admin/shops/:id/webhook-secret/rotate': admin.rotateWebhookSecret,
  'GET /v1/admin/budget': admin.getBudget,
  'PUT /v1/admin/budget/override': admin.overrideBudget,
  'DELETE /v1/admin/budget/override': admin.resetBudget,
  'GET /v1/admin/intake': admin.getIntake,
  'PUT /v1/admin/intake': admin.closeIntake,
  'DELETE /v1/admin/intake': admin.openIntake,
  'GET /v1/admin/queues': admin.listQueues,
  'POST /v1/admin/queues/:name/pause': admin.pauseQueue,
  'POST /v1/admin/queues/:name/resume': admin.resumeQueue,
  'GET /v1/admin/deliveries': admin.listDeliveries,
  'POST /v1/admin/deliveries/:id/replay': admin.replayDelivery,
  'GET /v1/admin/audit': admin.listAudit,
  'POST /v1/admin/session': web.signIn,
  'GET /v1/admin/session': web.showSession,
  'DELETE /v1/admin/session': web.signOut,
  'GET /health': service.health,
  'GET /ready': service.ready,
  'GET /_ah/ready': service.appEngineReady,
  'GET /metrics': service.metrics,
  'GET /openapi.json': service.openapi,
  'GET /easel-client.js': service.client,
  'GET /easel-portrait.js': pages.portrait,
  'GET /easel-portrait/:file': pages.portraitFile,
  'GET /': pages.demoPage,
  'GET /docs': service.docs,
  'GET /docs/:file': service.docsFile,
  'GET /admin': web.page,
  'GET /admin/:version/:file': web.file,
};
