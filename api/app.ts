/**
 * The whole HTTP surface on one screen: every route with whom it serves. A route cannot be declared without an
 * audience, and `anyone` is said aloud.
 */
import Router from '@koa/router';
import Koa, { type Context } from 'koa';
import { createJobWatch } from '../common/watch-job.ts';
import type { Api, ApiParts } from './api.ts';
import { createAuthenticate } from './auth/authenticate.ts';
import type { CallerKind } from './auth/caller.ts';
import { createSessions } from './auth/sessions.ts';
import { createBodyBudget } from './body-budget.ts';
import { createReadiness, health, ready } from './health.ts';
import { cancelJob, eraseJob } from './job-actions.ts';
import { getInput, getJob, getOutput } from './jobs.ts';
import { listJobs } from './list-jobs.ts';
import { getMetrics, measureRequests, unlessLocal } from './metrics.ts';
import { openSession } from './open-session.ts';
import { createUpload } from './open-upload.ts';
import { createReference } from './openapi/reference.ts';
import { getDocs, getDocsFile, getOpenapi } from './openapi/serve-reference.ts';
import { renderProblems } from './problem.ts';
import { getQuota } from './quota.ts';
import { requestId } from './request-id.ts';
import { listStyles } from './styles.ts';
import { submitJob } from './submit-job.ts';

type Handler = (api: Api, ctx: Context) => Promise<void>;
type Audience = 'anyone' | readonly CallerKind[];

const SHOPPERS = ['session', 'server'] as const;
const READERS = ['session', 'server', 'admin'] as const;

export const ROUTES: readonly (readonly [
  method: 'get' | 'post' | 'delete',
  path: string,
  audience: Audience,
  handler: Handler,
])[] = [
  ['post', '/v1/sessions', ['storefront'], openSession],
  ['post', '/v1/uploads', SHOPPERS, createUpload],
  ['post', '/v1/jobs', SHOPPERS, submitJob],
  ['get', '/v1/jobs', ['server'], listJobs],
  ['get', '/v1/jobs/:id', READERS, getJob],
  ['get', '/v1/jobs/:id/output', READERS, getOutput],
  ['get', '/v1/jobs/:id/input', ['server', 'admin'], getInput],
  ['post', '/v1/jobs/:id/cancel', SHOPPERS, cancelJob],
  ['delete', '/v1/jobs/:id', SHOPPERS, eraseJob],
  ['get', '/v1/styles', SHOPPERS, listStyles],
  ['get', '/v1/quota', SHOPPERS, getQuota],
  ['get', '/health', 'anyone', health],
  ['get', '/ready', 'anyone', ready],
  ['get', '/_ah/ready', 'anyone', ready],
  ['get', '/metrics', ['admin'], getMetrics],
  ['get', '/openapi.json', 'anyone', getOpenapi],
  ['get', '/docs', 'anyone', getDocs],
  ['get', '/docs/:file', 'anyone', getDocsFile],
];

export function createApi(parts: ApiParts): Koa {
  const { engine, sessionSecret, objects } = parts;
  const sessions = createSessions({ ...engine, secret: sessionSecret });
  const api: Api = {
    ...parts,
    sessions,
    bodyBudget: createBodyBudget(),
    readiness: createReadiness(engine),
    jobWatch: createJobWatch(engine),
    reference: createReference(ROUTES),
  };
  const authenticate = createAuthenticate({ ...engine, sessions });

  const router = new Router();
  for (const [method, path, audience, handler] of ROUTES) {
    const guard = audience === 'anyone' ? [] : [authenticate(audience)];
    const local = handler === getMetrics && parts.localMetrics === true;
    router[method](path, ...(local ? guard.map(unlessLocal) : guard), ctx => handler(api, ctx));
  }

  const app = new Koa();
  app.use(measureRequests(engine));
  app.use(requestId(engine.random));
  app.use(renderProblems(engine.log));
  if (objects) app.use(objects);
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;
}
