/**
 * What the routes work with: the engine, and what one process of the API shares among its requests.
 */
import type { Middleware } from 'koa';
import type { BatchWatch } from '../common/batches/watch-batch.ts';
import type { ChallengeConfig } from '../common/challenge-config.ts';
import type { Engine } from '../common/engine.ts';
import type { Outbound } from '../common/outbound/outbound.ts';
import type { ClientAccess } from '../common/platform/client-access.ts';
import type { JobWatch } from '../common/watch-document.ts';
import type { ConsoleFiles } from './admin/console/files.ts';
import type { Overview } from './admin/overview.ts';
import type { Stats } from './admin/stats.ts';
import type { CheckChallenge } from './auth/challenge.ts';
import type { ConsoleSessions } from './auth/console-sessions.ts';
import type { KnownShops } from './auth/known-shops.ts';
import type { Origins } from './auth/origins.ts';
import type { SessionLimit } from './auth/session-limit.ts';
import type { Sessions } from './auth/sessions.ts';
import type { BodyBudget } from './body-budget.ts';
import type { ExportLimit } from './customers/export-limit.ts';
import type { Reference } from './openapi/reference.ts';
import type { FindPictureUrls } from './picture-urls.ts';
import type { PollAnswers } from './poll-answers.ts';
import type { QuotaReads } from './quota-reads.ts';
import type { Waiters } from './waiters.ts';
import type { Waiting } from './waiting/waiting.ts';
import type { DemoPage } from './web/demo-page.ts';
import type { ClientModule } from './web/serve-client.ts';
import type { PortraitFiles } from './web/serve-portrait.ts';

export interface ApiParts {
  readonly engine: Engine;
  /** For clients that read their jobs past the API. */
  readonly clientAccess: ClientAccess;
  /** Asks servers that callers name. */
  readonly outbound: Outbound;
  readonly sessionSecret: Uint8Array;
  /** Tokens that an earlier one has signed are believed until they end. */
  readonly formerSessionSecrets?: readonly Uint8Array[];
  /** Catalogue id that a style's `default` stands for. */
  readonly defaultModel: string;
  /** Where clients reach the service, if that is not where it listens. */
  readonly publicUrl?: string | undefined;
  /** Proxies of our own before the service, see `client-address.ts`; without a number there is none. */
  readonly trustedHops?: number;
  /** Whom to ask whether a person opens an anonymous session; without it nobody is asked. */
  readonly challenge?: ChallengeConfig | undefined;
  /** Serves the earlier service's routes, too; without it there are none. */
  readonly legacy?: { readonly sunsetAt: number } | undefined;
  /** Aborted when the process is to end: nobody is kept waiting then. */
  readonly closing: AbortSignal;
  /** This machine itself may ask for the metrics without a key; only where no proxy on it passes on others' requests. */
  readonly localMetrics?: boolean;
  /** How many may be kept waiting at once; by default more than one machine has clients. */
  readonly waitersMax?: number;
  /** A line of the log for each request, from which a cloud computes its objectives. */
  readonly logRequests?: boolean;
  /** The page at `/`; without it there is none. */
  readonly demoPage?: DemoPage | undefined;
  /** Serves the signed URLs of a bucket that has no server of its own. */
  readonly objects?: Middleware;
}

/** What the routes work with. */
export interface Api extends ApiParts {
  readonly sessions: Sessions;
  readonly consoleSessions: ConsoleSessions;
  /** What /admin serves. */
  readonly consoleFiles: () => Promise<ConsoleFiles>;
  readonly shops: KnownShops;
  readonly origins: Origins;
  readonly sessionLimit: SessionLimit;
  readonly exportLimit: ExportLimit;
  readonly checkChallenge?: CheckChallenge;
  readonly quotaReads: QuotaReads;
  readonly bodyBudget: BodyBudget;
  /** What of it photos on their way from other servers may take. */
  readonly fetchBudget: BodyBudget;
  readonly readiness: () => Promise<Readiness>;
  readonly jobWatch: JobWatch;
  readonly batchWatch: BatchWatch;
  readonly waiters: Waiters;
  readonly waiting: Waiting;
  readonly pictureUrls: FindPictureUrls;
  readonly pollAnswers: PollAnswers;
  /** How the last jobs and hours went. */
  readonly overview: () => Promise<Overview>;
  /** How the service stands, read once for all who look on. */
  readonly liveStats: () => Promise<Stats>;
  /** What /openapi.json and /docs serve. */
  readonly reference: Reference;
  /** What /easel-client.js serves. */
  readonly clientModule: ClientModule['clientModule'];
  /** What /easel-portrait.js serves, and the pictures beside it. */
  readonly portraitFiles: PortraitFiles;
}

/** Whether each thing that a job needs can be written to right now. */
export type Readiness = { readonly [part in 'store' | 'queue' | 'bucket']: 'ok' | 'failing' };
