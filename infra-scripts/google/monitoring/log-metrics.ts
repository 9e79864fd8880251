/**
 * Metrics that Cloud Logging computes from the lines that the services write. A test holds each event and field named
 * here against what the code really logs.
 */
import { gcloud, type TextFile } from '../command.ts';
import type { Step } from '../converge.ts';
import type { Environment } from '../environment.ts';

export interface LogMetric {
  readonly name: string;
  readonly description: string;
  /** The `message` of the lines. */
  readonly event: string;
  /** Another condition on their fields, in the language of Cloud Logging. */
  readonly where?: string;
  /** The field whose value is measured; without it, lines are counted. */
  readonly value?: string;
  readonly unit?: string;
  /** Fields by which the metric is told apart. */
  readonly labels?: readonly string[];
  readonly buckets?: 'time' | 'money';
}

export const LOG_METRICS: readonly LogMetric[] = [
  {
    name: 'easel_requests',
    description: 'Requests to the API, but for probes, by route and status',
    event: 'request',
    labels: ['route', 'status'],
  },
  {
    name: 'easel_request_ms',
    description: 'How long requests took that did not ask to be kept waiting',
    event: 'request',
    where: 'jsonPayload.waited=false',
    value: 'ms',
    unit: 'ms',
    buckets: 'time',
  },
  {
    name: 'easel_submits',
    description: 'What became of submits: admitted, reused, quota_exceeded and so on',
    event: 'submitted',
    labels: ['code'],
  },
  {
    name: 'easel_job_ms',
    description: 'From the submit of an interactive job to its end, by model and what it ended as',
    event: 'job ended',
    where: 'jsonPayload.lane="interactive"',
    value: 'ms',
    unit: 'ms',
    labels: ['model', 'status'],
    buckets: 'time',
  },
  {
    name: 'easel_model_ms',
    description: 'Calls of the image model, by model and outcome',
    event: 'model called',
    value: 'ms',
    unit: 'ms',
    labels: ['model', 'code'],
    buckets: 'time',
  },
  {
    name: 'easel_spent_usd',
    description: 'Spent today (UTC), told each minute',
    event: 'state',
    value: 'spentUsd',
    unit: 'USD',
    buckets: 'money',
  },
  ...(['interactive', 'bulk'] as const).map(lane => ({
    name: `easel_${lane}_age_s`,
    description: `For how long the oldest job of the lane ${lane} has been waiting, told each minute`,
    event: 'state',
    value: `${lane}AgeS`,
    unit: 's',
    buckets: 'time' as const,
  })),
  {
    name: 'easel_budget_thresholds',
    description: 'Thresholds of the daily budget that were reached',
    event: 'budget threshold reached',
    labels: ['code'],
  },
  {
    name: 'easel_circuits_opened',
    description: 'A model is not asked any more, because it failed too often',
    event: 'circuit open: the model is not asked',
    labels: ['model'],
  },
  {
    name: 'easel_queues_paused',
    description: 'A queue was paused, by an operator, the budget or the provider',
    event: 'queue paused',
    labels: ['queue'],
  },
  {
    name: 'easel_tasks_refused',
    description: 'Cloud Tasks refuses what the service asks of it',
    event: 'Cloud Tasks refuses; somebody has to see to it',
  },
];

/** Doubling from a millisecond to nine hours; from a cent to some 650 dollars, finer, since an alert stands on it. */
const BUCKETS = {
  time: { exponentialBuckets: { numFiniteBuckets: 25, growthFactor: 2, scale: 1 } },
  money: { linearBuckets: { numFiniteBuckets: 200, width: 0.1, offset: 0 } },
};

export function logMetricFile(metric: LogMetric): TextFile {
  return { path: `${metric.name}.json`, text: JSON.stringify(logMetricOf(metric), null, 2) };
}

/** A LogMetric of the Cloud Logging API. */
export function logMetricOf({ name, description, event, where, value, unit, labels = [], buckets }: LogMetric) {
  const isDistribution = value !== undefined;
  return {
    name,
    description,
    filter: [
      'resource.type="cloud_run_revision"',
      'resource.labels.service_name=~"^easel-"',
      `jsonPayload.message="${event}"`,
      ...(where === undefined ? [] : [where]),
    ].join(' AND '),
    metricDescriptor: {
      metricKind: 'DELTA',
      valueType: isDistribution ? 'DISTRIBUTION' : 'INT64',
      unit: unit ?? '1',
      labels: labels.map(key => ({ key, valueType: 'STRING' })),
    },
    ...(isDistribution ? { valueExtractor: `EXTRACT(jsonPayload.${value})` } : {}),
    labelExtractors: Object.fromEntries(labels.map(key => [key, `EXTRACT(jsonPayload.${key})`])),
    ...(isDistribution ? { bucketOptions: BUCKETS[buckets ?? 'time'] } : {}),
  };
}

export function logMetricSteps({ project }: Environment): Step[] {
  return LOG_METRICS.map(metric => {
    const file = logMetricFile(metric);
    const wanted = logMetricOf(metric);
    const flags = { project, 'config-from-file': file.path };
    return {
      title: `log-based metric ${metric.name}`,
      look: gcloud(`logging metrics describe ${metric.name}`, { project, format: 'json' }),
      holds: found => (found as { filter?: string }).filter === wanted.filter,
      make: [gcloud(`logging metrics create ${metric.name}`, flags, { files: [file] })],
      mend: [gcloud(`logging metrics update ${metric.name}`, flags, { files: [file] })],
    };
  });
}
