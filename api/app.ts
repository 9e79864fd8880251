/**
 * The whole HTTP surface on one screen: every route with whom it serves. A route cannot be declared without an
 * audience, and `anyone` is said aloud.
 */

import type Router from '@koa/router';
import Koa, { type Middleware } from 'koa';
import { createBatchWatch } from '../common/batches/watch-batch.ts';
import { logBrokenAnswers } from '../common/log-broken-answers.ts';
import { createJobWatch } from '../common/watch-document.ts';
import { createConsoleFiles } from './admin/console/files.ts';
import { CONSOLE_ROUTES } from './admin/console/routes.ts';
import { signIn } from './admin/console/session.ts';
import { createLiveStats } from './admin/events.ts';
import { createOverview } from './admin/overview.ts';
import { ADMIN_ROUTES } from './admin/routes.ts';
import { viewStats } from './admin/stats.ts';
import { allowPages } from './allow-pages.ts';
import type { Api, ApiParts } from './api.ts';
import { createAuthenticate } from './auth/authenticate.ts';
import { createChallenge } from './auth/challenge.ts';
import { createConsoleSessions } from './auth/console-sessions.ts';
import { createErasedCustomers } from './auth/erased-customers.ts';
import { createKnownKeys } from './auth/known-keys.ts';
import { createKnownShops } from './auth/known-shops.ts';
import { createOrigins } from './auth/origins.ts';
import { createSessionLimit } from './auth/session-limit.ts';
import { createSessions } from './auth/sessions.ts';
import { limitSignIns } from './auth/sign-in-limit.ts';
import { getBatch, getBatchEvents, postCancelBatch, postRetryBatch } from './batches/batches.ts';
import { listBatches, listItems } from './batches/list-batches.ts';
import { getResults } from './batches/results.ts';
import { submitBatch } from './batches/submit-batch.ts';
import { createBodyBudget, FETCHED_BYTES_MAX } from './body-budget.ts';
import { noteAddress } from './client-address.ts';
import { eraseCustomer } from './customers/erase-customer.ts';
import { exportCustomer } from './customers/export-customer.ts';
import { createExportLimit } from './customers/export-limit.ts';
import { listRequests, postClose, showRequest } from './customers/privacy-requests.ts';
import { dispatch } from './dispatch.ts';
import { createReadiness, health, ready } from './health.ts';
import { cancelJob, eraseJob } from './job-actions.ts';
import { getEvents } from './job-events.ts';
import { getInput, getJob, getOutput } from './jobs.ts';
import { drawUpload } from './kept-photos/draw.ts';
import { eraseUpload, keepUpload } from './kept-photos/keep.ts';
import { orderUpload } from './kept-photos/order.ts';
import { LEGACY_PATH, LEGACY_ROUTES } from './legacy/routes.ts';
import { listJobs } from './list-jobs.ts';
import { getMetrics, measureRequests, unlessLocal } from './metrics.ts';
import { openSession } from './open-session.ts';
import { createUpload } from './open-upload.ts';
import { createReference } from './openapi/reference.ts';
import { getDocs, getDocsFile, getOpenapi } from './openapi/serve-reference.ts';
import { orderJob } from './order-job.ts';
import { createPictureUrls } from './picture-urls.ts';
import { createPollAnswers } from './poll-answers.ts';
import { renderProblems } from './problem.ts';
import { getQuota } from './quota.ts';
import { createQuotaReads } from './quota-reads.ts';
import { requestId } from './request-id.ts';
import { checkRoutes, type Route, scopeOf } from './route.ts';
import { securityHeaders } from './security-headers.ts';
import { hearShopify } from './shopify-webhook.ts';
import { listStyles } from './styles.ts';
import { submitJob } from './submit-job.ts';
import { createWaiters } from './waiters.ts';
import { createWaiting } from './waiting/waiting.ts';
import { createClientModule, getClient } from './web/serve-client.ts';
import { createPortraitFiles, getDemoPage, getPortrait, getPortraitFile } from './web/serve-portrait.ts';

const SHOPPERS = ['session', 'server'] as const;
/** Of persons' data: the shop that they came to, and who runs the service. */
const KEEPERS = ['server', 'admin'] as const;
const READERS = ['session', 'server', 'admin'] as const;

/** Opening a session changes no job, so a key that may only read may do it: the session may read then, too. */
export const ROUTES: readonly Route[] = [
  ['post', '/v1/sessions', ['storefront', 'session', 'expired session', 'shopify'], openSession, 'read'],
  ['post', '/v1/uploads', SHOPPERS, createUpload],
  ['delete', '/v1/uploads/:id', SHOPPERS, eraseUpload],
  ['post', '/v1/uploads/:id/keep', SHOPPERS, keepUpload],
  ['post', '/v1/uploads/:id/order', ['server'], orderUpload],
  ['post', '/v1/uploads/:id/draw', ['server'], drawUpload],
  ['post', '/v1/jobs', SHOPPERS, submitJob],
  ['get', '/v1/jobs', ['server'], listJobs],
  ['get', '/v1/jobs/:id', READERS, getJob],
  ['get', '/v1/jobs/:id/events', READERS, getEvents],
  ['get', '/v1/jobs/:id/output', READERS, getOutput],
  ['get', '/v1/jobs/:id/input', ['server', 'admin'], getInput],
  ['post', '/v1/jobs/:id/cancel', SHOPPERS, cancelJob],
  ['delete', '/v1/jobs/:id', SHOPPERS, eraseJob],
  ['post', '/v1/jobs/:id/order', ['server'], orderJob],
  ['post', '/v1/shopify/webhooks', ['shopify webhook'], hearShopify],
  ['post', '/v1/batches', SHOPPERS, submitBatch],
  ['get', '/v1/batches', ['server'], listBatches],
  ['get', '/v1/batches/:id', READERS, getBatch],
  ['get', '/v1/batches/:id/items', READERS, listItems],
  ['get', '/v1/batches/:id/results.ndjson', ['server', 'admin'], getResults],
  ['get', '/v1/batches/:id/events', READERS, getBatchEvents],
  ['post', '/v1/batches/:id/cancel', SHOPPERS, postCancelBatch],
  ['post', '/v1/batches/:id/retry', SHOPPERS, postRetryBatch],
  ['delete', '/v1/customers/:id', KEEPERS, eraseCustomer],
  ['get', '/v1/customers/:id/export', KEEPERS, exportCustomer],
  ['get', '/v1/privacy-requests', KEEPERS, listRequests],
  ['get', '/v1/privacy-requests/:id', KEEPERS, showRequest],
  ['post', '/v1/privacy-requests/:id/close', KEEPERS, postClose],
  ['get', '/v1/styles', SHOPPERS, listStyles],
  ['get', '/v1/quota', SHOPPERS, getQuota],
  ...ADMIN_ROUTES,
  ...CONSOLE_ROUTES,
  ['get', '/health', 'anyone', health],
  ['get', '/ready', 'anyone', ready],
  ['get', '/_ah/ready', 'anyone', ready],
  ['get', '/metrics', ['admin'], getMetrics],
  ['get', '/openapi.json', 'anyone', getOpenapi],
  ['get', '/easel-client.js', 'anyone', getClient],
  ['get', '/easel-portrait.js', 'anyone', getPortrait],
  ['get', '/easel-portrait/:file', 'anyone', getPortraitFile],
  ['get', '/', 'anyone', getDemoPage],
  ['get', '/docs', 'anyone', getDocs],
  ['get', '/docs/:file', 'anyone', getDocsFile],
];

export function createApi(parts: ApiParts, routes: readonly Route[] = ROUTES): Koa {
  checkRoutes(routes);
  const { engine, publicUrl, challenge, objects } = parts;
  const { sessionSecret: secret, formerSessionSecrets: formerSecrets = [] } = parts;
  const sessions = createSessions({ ...engine, secret, formerSecrets });
  const consoleSessions = createConsoleSessions({
    ...engine,
    secret,
    secure: publicUrl?.startsWith('https:') === true,
  });
  const shops = createKnownShops(engine);
  const origins = createOrigins({ shops, publicUrl });
  const overview = createOverview(engine);
  const keys = createKnownKeys(engine);
  const erased = createErasedCustomers(engine);
  const authenticate = createAuthenticate({ ...engine, sessions, consoleSessions, shops, origins, keys, erased });
  const jobWatch = createJobWatch(engine);
  const api: Api = {
    ...parts,
    sessions,
    consoleSessions,
    consoleFiles: createConsoleFiles(),
    shops,
    origins,
    sessionLimit: createSessionLimit(engine),
    exportLimit: createExportLimit(engine),
    ...(challenge ? { checkChallenge: createChallenge(challenge, engine) } : {}),
    quotaReads: createQuotaReads(engine),
    bodyBudget: createBodyBudget(),
    fetchBudget: createBodyBudget(FETCHED_BYTES_MAX),
    readiness: createReadiness(engine),
    jobWatch,
    batchWatch: createBatchWatch(engine, { jobWatch }),
    waiters: createWaiters(parts.waitersMax),
    waiting: createWaiting(engine),
    pictureUrls: createPictureUrls(engine),
    pollAnswers: createPollAnswers(),
    overview,
    liveStats: createLiveStats(() => viewStats({ engine, overview }), engine.clock.now),
    reference: createReference(routes),
    clientModule: createClientModule(),
    portraitFiles: createPortraitFiles(),
  };

  const served = parts.legacy ? [...LEGACY_ROUTES, ...routes] : routes;
  checkRoutes(served);
  const app = new Koa();
  logBrokenAnswers(app, engine.log);
  app.use(measureRequests({ ...engine, log: parts.logRequests === true ? engine.log : undefined }));
  app.use(requestId(engine.random));
  app.use(securityHeaders(publicUrl));
  app.use(noteAddress(parts.trustedHops ?? 0));
  app.use(allowPages(origins, { cookies: parts.legacy ? LEGACY_PATH : undefined }));
  app.use(renderProblems(engine.log));
  if (objects) app.use(objects);
  for (const middleware of dispatch(served, addRoute(api, authenticate))) app.use(middleware);
  return app;
}

/** Adds a route with what stands before its handler. */
function addRoute(api: Api, authenticate: ReturnType<typeof createAuthenticate>) {
  const signInLimit = limitSignIns(api.engine);
  return (router: Router, route: Route): void => {
    const [method, path, audience, handler] = route;
    const guard: Middleware[] = audience === 'anyone' ? [] : [authenticate(audience, scopeOf(route))];
    if (handler === signIn) guard.unshift(signInLimit);
    const local = handler === getMetrics && api.localMetrics === true;
    router[method](path, ...(local ? guard.map(unlessLocal) : guard), ctx => handler(api, ctx));
  };
}
