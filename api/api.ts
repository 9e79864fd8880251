/**
 * What the routes work with: the engine, and what one process of the API shares among its requests.
 */
import type { Middleware } from 'koa';
import type { Engine } from '../common/engine.ts';
import type { Outbound } from '../common/outbound/outbound.ts';
import type { ClientAccess } from '../common/platform/client-access.ts';
import type { JobWatch } from '../common/watch-job.ts';
import type { Sessions } from './auth/sessions.ts';
import type { BodyBudget } from './body-budget.ts';
import type { Reference } from './openapi/reference.ts';

export interface ApiParts {
  readonly engine: Engine;
  /** For clients that read their jobs past the API. */
  readonly clientAccess: ClientAccess;
  /** Asks servers that callers name. */
  readonly outbound: Outbound;
  readonly sessionSecret: Uint8Array;
  /** Catalogue id that a style's `default` stands for. */
  readonly defaultModel: string;
  /** Aborted when the process is to end: nobody is kept waiting then. */
  readonly closing: AbortSignal;
  /** This machine itself may ask for the metrics without a key; only where no proxy on it passes on others' requests. */
  readonly localMetrics?: boolean;
  /** Serves the signed URLs of a bucket that has no server of its own. */
  readonly objects?: Middleware;
}

/** What the routes work with. */
export interface Api extends ApiParts {
  readonly sessions: Sessions;
  readonly bodyBudget: BodyBudget;
  /** What of it photos on their way from other servers may take. */
  readonly fetchBudget: BodyBudget;
  readonly readiness: () => Promise<Readiness>;
  readonly jobWatch: JobWatch;
  /** What /openapi.json and /docs serve. */
  readonly reference: Reference;
}

/** Whether each thing that a job needs can be written to right now. */
export type Readiness = { readonly [part in 'store' | 'queue' | 'bucket']: 'ok' | 'failing' };
