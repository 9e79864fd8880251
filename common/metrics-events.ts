/**
 * The metrics of what happens, with their names and labels: requests, submits, jobs, attempts and calls of the model.
 * Percentiles, error rates and the share of reused pictures are computed from these by whoever reads them.
 */
import type { Registry } from 'prom-client';
import { DELIVERY_STATES, type DeliveryState } from './documents.ts';
import { PROBLEMS, type ProblemCode } from './errors.ts';
import type { Attempt, Run } from './job.ts';
import type { Catalogue } from './models.ts';
import type { OutcomeCode } from './outcomes.ts';

export interface Events {
  /** An answer was sent, or its client went away before. */
  requestEnded(request: EndedRequest): void;
  /** What became of a submit that was understood. */
  submitted(result: { readonly kind: keyof typeof RESULTS }): void;
  /** A run came to its end; a job that is born with its picture counts as a submit alone. */
  jobEnded(run: EndedRun): void;
  attemptEnded(attempt: Timed<NonNullable<Attempt['outcome']>>): void;
  /** `stopped` = the worker gave the call up: canceled, too late, or its process is to end. */
  modelCalled(call: Timed<'drawn' | 'stopped' | OutcomeCode>): void;
  /** A try to tell a shop's server, by what became of the delivery; `pending` = another try follows. */
  webhookTried(delivery: { readonly state: DeliveryState }): void;
}

export interface EndedRequest {
  /** The route's pattern, never a path. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly ms: number;
  /** The client asked for the answer to be held back: how long it took says nothing about the service. */
  readonly waited?: boolean;
  readonly problem?: ProblemCode;
}

export type EndedRun = Pick<Run, 'status' | 'lane' | 'model' | 'createdAt' | 'finishedAt'>;

export interface Timed<Outcome> {
  readonly outcome: Outcome;
  readonly model: string;
  readonly ms: number;
}

type Client = Pick<typeof import('prom-client'), 'Counter' | 'Histogram'>;

/** `node:http` understands some thirty more; together they are one. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** What `submit` answers, as labels. */
const RESULTS = {
  admitted: 'admitted',
  reused: 'reused',
  replayed: 'replayed',
  conflict: 'conflict',
  'quota exceeded': 'quota_exceeded',
  'budget exhausted': 'budget_exhausted',
  'intake closed': 'intake_closed',
  'being erased': 'being_erased',
} as const;

/** In seconds. From an answer out of memory to the 60 s that Cloud Run gives a request; 10 s is the objective's bound. */
const REQUEST_BUCKETS = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** From a picture that is found drawn to the time limit of an attempt. */
const WORK_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180];
/** From an idle service to the deadlines of both lanes, with room for what a pause adds. */
const JOB_BUCKETS = [0.1, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 900, 3_600, 21_600, 86_400, 172_800];

export function createEvents(client: Client, parts: { registry: Registry; catalogue: Catalogue }): Events {
  const { requests, requestSeconds, problems, submits } = ofTheApi(client, parts.registry);
  const { jobSeconds, attemptSeconds, modelSeconds, webhookTries } = ofTheWork(client, parts.registry);
  // A style may name a model that was taken out of the catalogue: one label for all such.
  const model = (id: string) => (parts.catalogue.has(id) ? id : 'other');

  return {
    requestEnded({ route, method: asked, status, ms, waited = false, problem }) {
      const method = METHODS.has(asked) ? asked : 'other';
      requests.inc({ route, method, status });
      if (!waited) requestSeconds.observe({ route, method, status: `${Math.floor(status / 100)}xx` }, ms / 1_000);
      if (problem !== undefined) problems.inc({ code: problem });
    },
    submitted: ({ kind }) => submits.inc({ result: RESULTS[kind] }),
    jobEnded({ status, lane, model: id, createdAt, finishedAt = createdAt }) {
      jobSeconds.observe({ status, lane, model: model(id) }, (finishedAt - createdAt) / 1_000);
    },
    attemptEnded: ({ ms, outcome, ...call }) =>
      attemptSeconds.observe({ outcome, model: model(call.model) }, ms / 1_000),
    webhookTried: ({ state }) => webhookTries.inc({ delivery: state }),
    modelCalled: ({ ms, outcome, ...call }) => modelSeconds.observe({ outcome, model: model(call.model) }, ms / 1_000),
  };
}

function ofTheApi({ Counter, Histogram }: Client, registry: Registry) {
  const registers = [registry];
  const requests = new Counter({
    name: 'easel_http_requests_total',
    help: 'Requests by route pattern and status; 499 = the client went away before the answer',
    labelNames: ['route', 'method', 'status'],
    registers,
  });
  const requestSeconds = new Histogram({
    name: 'easel_http_request_duration_seconds',
    help: 'From a request to the end of its answer, without those whose client asked to be kept waiting',
    labelNames: ['route', 'method', 'status'],
    buckets: REQUEST_BUCKETS,
    registers,
  });
  const problems = new Counter({
    name: 'easel_http_problems_total',
    help: 'Refusals and faults by the code in the answer',
    labelNames: ['code'],
    registers,
  });
  const submits = new Counter({
    name: 'easel_submits_total',
    help: 'What became of submits that were understood; reused = the picture was there already',
    labelNames: ['result'],
    registers,
  });
  // A rate can only be computed of what was there before its first event.
  for (const code of Object.keys(PROBLEMS)) problems.inc({ code }, 0);
  for (const result of Object.values(RESULTS)) submits.inc({ result }, 0);
  return { requests, requestSeconds, problems, submits };
}

function ofTheWork({ Counter, Histogram }: Client, registry: Registry) {
  const registers = [registry];
  const jobSeconds = new Histogram({
    name: 'easel_job_duration_seconds',
    help: 'From the submit of a job to its end, by what it ended as',
    labelNames: ['status', 'lane', 'model'],
    buckets: JOB_BUCKETS,
    registers,
  });
  const attemptSeconds = new Histogram({
    name: 'easel_attempt_duration_seconds',
    help: 'From a claim to its end, by outcome (docs/outcomes.md)',
    labelNames: ['outcome', 'model'],
    buckets: WORK_BUCKETS,
    registers,
  });
  const modelSeconds = new Histogram({
    name: 'easel_model_call_duration_seconds',
    help: 'Calls of the image model, by outcome (docs/outcomes.md); drawn = it sent a picture',
    labelNames: ['outcome', 'model'],
    buckets: WORK_BUCKETS,
    registers,
  });
  const webhookTries = new Counter({
    name: 'easel_webhook_tries_total',
    help: "Tries to tell a shop's server, by what became of the delivery; pending = another try follows",
    labelNames: ['delivery'],
    registers,
  });
  for (const delivery of DELIVERY_STATES) webhookTries.inc({ delivery }, 0);
  return { jobSeconds, attemptSeconds, modelSeconds, webhookTries };
}
