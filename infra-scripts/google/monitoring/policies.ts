/**
 * Who is called when: the alert policies, each with the runbook that tells what to do. `gcloud alpha monitoring
 * policies` takes them as files; a policy is found again by its label.
 */
import { gcloud, type TextFile } from '../command.ts';
import type { Step } from '../converge.ts';
import type { Environment } from '../environment.ts';
import { SLOS, sloName } from './slos.ts';

export interface Alert {
  readonly id: string;
  readonly title: string;
  /** Of `docs/runbooks/`. */
  readonly runbook: string;
  readonly severity: 'CRITICAL' | 'ERROR' | 'WARNING';
  readonly conditions: readonly object[];
  readonly combiner?: 'AND' | 'OR';
}

const LOG = 'logging.googleapis.com/user';
const RUNBOOKS = 'https://github.com';
const MINUTE_S = 60;

type Aligner = 'ALIGN_RATE' | 'ALIGN_DELTA' | 'ALIGN_PERCENTILE_99';

const ofLog = (metric: string) => `resource.type = "cloud_run_revision" AND metric.type = "${LOG}/${metric}"`;
const requests = (more = '') =>
  `resource.type = "cloud_run_revision" AND resource.labels.service_name = "easel-api" AND metric.type = "run.googleapis.com/request_count"${more}`;
const aggregation = (aligner: Aligner, seconds = MINUTE_S) => ({
  alignmentPeriod: `${seconds}s`,
  perSeriesAligner: aligner,
  crossSeriesReducer: aligner === 'ALIGN_PERCENTILE_99' ? 'REDUCE_MAX' : 'REDUCE_SUM',
});

interface Threshold {
  readonly above: number;
  readonly forS?: number;
  readonly aligner: Aligner;
}

function threshold(displayName: string, filter: string, { above, forS = 0, aligner }: Threshold) {
  return {
    displayName,
    conditionThreshold: {
      filter,
      comparison: 'COMPARISON_GT',
      thresholdValue: above,
      duration: `${forS}s`,
      aggregations: [aggregation(aligner)],
      trigger: { count: 1 },
    },
  };
}

export function alertsOf({ alerts, name, project }: Environment): Alert[] {
  const ofErrors = {
    displayName: `more than ${alerts.errorPercent} % of the requests end with an error, for five minutes`,
    conditionThreshold: {
      filter: requests(' AND metric.labels.response_code_class = "5xx"'),
      denominatorFilter: requests(),
      comparison: 'COMPARISON_GT',
      thresholdValue: alerts.errorPercent / 100,
      duration: '300s',
      aggregations: [aggregation('ALIGN_RATE')],
      denominatorAggregations: [aggregation('ALIGN_RATE')],
      trigger: { count: 1 },
    },
  };
  const down = (service: 'ready' | 'health') => ({
    displayName: `/${service} is not answered for two minutes`,
    conditionThreshold: {
      filter: `resource.type = "uptime_url" AND metric.type = "monitoring.googleapis.com/uptime_check/check_passed" AND metric.labels.check_id = monitoring.regex.full_match("easel-${service}-.*")`,
      comparison: 'COMPARISON_GT',
      thresholdValue: 1,
      duration: '120s',
      aggregations: [
        {
          alignmentPeriod: '60s',
          perSeriesAligner: 'ALIGN_NEXT_OLDER',
          crossSeriesReducer: 'REDUCE_COUNT_FALSE',
          groupByFields: ['resource.label.host'],
        },
      ],
      trigger: { count: 1 },
    },
  });
  const counted = (title: string, metric: string) =>
    threshold(title, ofLog(metric), { above: 0, aligner: 'ALIGN_DELTA' });
  const highest = (title: string, metric: string, above: number, forS = 0) =>
    threshold(title, ofLog(metric), { above, forS, aligner: 'ALIGN_PERCENTILE_99' });
  const silent = {
    displayName: 'nobody has told how things stand for ten minutes: nobody sweeps',
    conditionAbsent: {
      filter: ofLog('easel_spent_usd'),
      duration: '600s',
      aggregations: [aggregation('ALIGN_DELTA')],
      trigger: { count: 1 },
    },
  };
  const { interactive, bulk } = alerts.queueAgeSeconds;
  const production = name === 'production';
  const urgent = production ? 'CRITICAL' : 'WARNING';
  return [
    { id: 'errors', title: 'errors', runbook: 'bad-deploy', severity: urgent, conditions: [ofErrors] },
    {
      id: 'down',
      title: 'down',
      runbook: 'region-loss',
      severity: urgent,
      conditions: [down('health'), down('ready')],
    },
    {
      ...{ id: 'daily-cost', title: 'daily cost', runbook: 'budget-exhausted', severity: 'ERROR' },
      conditions: [highest(`more than $${alerts.dailyCostUsd} today`, 'easel_spent_usd', alerts.dailyCostUsd)],
    },
    {
      ...{ id: 'budget', title: 'budget thresholds', runbook: 'budget-exhausted', severity: 'WARNING' },
      conditions: [counted('a threshold of the daily budget was reached', 'easel_budget_thresholds')],
    },
    {
      ...{ id: 'queue-age', title: 'queue age', runbook: 'queue-growing', severity: 'ERROR' },
      conditions: [
        highest(`an interactive job waits for more than ${interactive} s`, 'easel_interactive_age_s', interactive, 120),
        highest(`a bulk job waits for more than ${bulk} s`, 'easel_bulk_age_s', bulk, 120),
      ],
    },
    {
      ...{ id: 'circuit', title: 'circuit open', runbook: 'provider-down', severity: 'ERROR' },
      conditions: [counted('a model is not asked any more', 'easel_circuits_opened')],
    },
    {
      ...{ id: 'paused', title: 'queue paused', runbook: 'queue-growing', severity: 'WARNING' },
      conditions: [counted('a queue was paused', 'easel_queues_paused')],
    },
    {
      ...{ id: 'tasks', title: 'Cloud Tasks refuses', runbook: 'stuck-jobs', severity: urgent },
      conditions: [counted('Cloud Tasks refuses what the service asks of it', 'easel_tasks_refused')],
    },
    { id: 'silent', title: 'nobody sweeps', runbook: 'stuck-jobs', severity: 'ERROR', conditions: [silent] },
    ...SLOS.flatMap(slo => burnRates(slo.id, slo.runbook, sloName(project, slo.id))),
  ];
}

/**
 * Two speeds at which the budget of errors is used up (https://sre.google/workbook/alerting-on-slos/): within two days,
 * seen in an hour, wakes somebody; within ten days, seen in six hours, is for the morning. The short window beside each
 * lets the alert end soon after its cause.
 */
function burnRates(id: string, runbook: string, slo: string): Alert[] {
  const speeds = [
    { speed: 'fast', factor: 14.4, windows: ['3600s', '300s'], severity: 'CRITICAL' },
    { speed: 'slow', factor: 3, windows: ['21600s', '1800s'], severity: 'WARNING' },
  ] as const;
  return speeds.map(({ speed, factor, windows, severity }) => ({
    ...{ id: `burn-${id}-${speed}`, title: `objective ${id}, ${speed} burn`, runbook, severity },
    combiner: 'AND',
    conditions: windows.map(window => ({
      displayName: `${factor} times the budget of errors in ${window}`,
      conditionThreshold: {
        filter: `select_slo_burn_rate("${slo}", "${window}")`,
        comparison: 'COMPARISON_GT',
        thresholdValue: factor,
        duration: '0s',
        trigger: { count: 1 },
      },
    })),
  }));
}

/** An AlertPolicy of the Cloud Monitoring API. `channels` are their full names. */
export function policyOf({ github, name }: Environment, alert: Alert, channels: readonly string[]) {
  const { id, title, runbook, severity, conditions, combiner = 'OR' } = alert;
  const page = `${RUNBOOKS}/${github.repository}/blob/main/docs/runbooks/${runbook}.md`;
  return {
    displayName: `Easel ${name}: ${title}`,
    userLabels: { easel: id },
    severity,
    combiner,
    conditions,
    documentation: {
      subject: `Easel ${name}: ${title}`,
      mimeType: 'text/markdown',
      content: `What to do: [docs/runbooks/${runbook}.md](${page})`,
      links: [{ displayName: 'Runbook', url: page }],
    },
    notificationChannels: channels,
    alertStrategy: { autoClose: '1800s' },
  };
}

/** Found by its label: names of policies are given by the server. */
export function policySteps(env: Environment, channels: readonly string[]): Step[] {
  const { project } = env;
  return alertsOf(env).map(alert => {
    const text = JSON.stringify(policyOf(env, alert, channels), null, 2);
    const file: TextFile = { path: `alert-${alert.id}.json`, text };
    const filter = `userLabels.easel="${alert.id}"`;
    return {
      title: `alert ${alert.id}`,
      look: gcloud('alpha monitoring policies list', { project, filter, format: 'json' }),
      holds: found => (found as unknown[]).length > 0,
      make: [gcloud('alpha monitoring policies create', { project, 'policy-from-file': file.path }, { files: [file] })],
    };
  });
}
