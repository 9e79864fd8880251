/**
 * Which operation of the document describes which route, in the order in which they are shown. A route without one, and
 * one without a route, is an error: see `document.ts`.
 */
import type { Operation } from './operation.ts';
import * as jobs from './operations/jobs.ts';
import * as service from './operations/service.ts';
import * as shop from './operations/shop.ts';
import * as submit from './operations/submit.ts';

export const OPERATIONS: { readonly [route: string]: Operation } = {
  'POST /v1/jobs': submit.submitJob,
  'GET /v1/jobs': jobs.listJobs,
  'GET /v1/jobs/:id': jobs.getJob,
  'GET /v1/jobs/:id/output': jobs.getOutput,
  'GET /v1/jobs/:id/input': jobs.getInput,
  'POST /v1/jobs/:id/cancel': jobs.cancelJob,
  'DELETE /v1/jobs/:id': jobs.eraseJob,
  'POST /v1/uploads': submit.createUpload,
  'POST /v1/sessions': shop.openSession,
  'GET /v1/styles': shop.listStyles,
  'GET /v1/quota': shop.getQuota,
  'GET /health': service.health,
  'GET /ready': service.ready,
  'GET /_ah/ready': service.appEngineReady,
  'GET /metrics': service.metrics,
  'GET /openapi.json': service.openapi,
  'GET /docs': service.docs,
  'GET /docs/:file': service.docsFile,
};
