/**
 * The dashboard: on one screen what the runbooks look at first. Applied as a file.
 */
import { gcloud, type TextFile } from '../command.ts';
import type { Step } from '../converge.ts';
import type { Environment } from '../environment.ts';

const COLUMNS = 48;
const WIDTH = 16;
const HEIGHT = 12;

interface Chart {
  readonly title: string;
  readonly filter: string;
  readonly aligner: string;
  readonly reducer: string;
  readonly by?: string;
}

const run = (service: string, metric: string) =>
  `resource.type="cloud_run_revision" resource.labels.service_name="${service}" metric.type="run.googleapis.com/${metric}"`;
const ofLog = (metric: string) =>
  `resource.type="cloud_run_revision" metric.type="logging.googleapis.com/user/${metric}"`;
const percentile = (percent: 50 | 95 | 99) => `ALIGN_PERCENTILE_${String(percent).padStart(2, '0')}`;
const share = (title: string, filter: string, by: string): Chart => ({
  ...{ title, filter, by, aligner: 'ALIGN_RATE', reducer: 'REDUCE_SUM' },
});
const highest = (title: string, filter: string, by?: string): Chart => ({
  ...{ title, filter, aligner: percentile(99), reducer: 'REDUCE_MAX' },
  ...(by === undefined ? {} : { by }),
});

const CHARTS: readonly Chart[] = [
  ...([50, 95, 99] as const).map(percent => ({
    title: `Request latency, p${percent}`,
    filter: ofLog('easel_request_ms'),
    aligner: percentile(percent),
    reducer: 'REDUCE_MEAN',
  })),
  share('Requests by class of status', run('easel-api', 'request_count'), 'metric.label.response_code_class'),
  share('Requests by route', ofLog('easel_requests'), 'metric.label.route'),
  share('Submits: cache hits, quota violations and others', ofLog('easel_submits'), 'metric.label.code'),
  highest('Gemini latency, p99 by model', ofLog('easel_model_ms'), 'metric.label.model'),
  {
    ...share('Gemini calls by outcome', ofLog('easel_model_ms'), 'metric.label.code'),
    aligner: 'ALIGN_DELTA',
    reducer: 'REDUCE_COUNT',
  },
  highest('Job time, p99 by model', ofLog('easel_job_ms'), 'metric.label.model'),
  highest('Spent today, dollars', ofLog('easel_spent_usd')),
  highest('Oldest interactive job, seconds', ofLog('easel_interactive_age_s')),
  highest('Oldest bulk job, seconds', ofLog('easel_bulk_age_s')),
  {
    ...{ title: 'Instances', filter: run('easel-worker', 'container/instance_count'), aligner: 'ALIGN_MAX' },
    ...{ reducer: 'REDUCE_SUM', by: 'metric.label.state' },
  },
  share('Circuits opened, by model', ofLog('easel_circuits_opened'), 'metric.label.model'),
  share('Queues paused', ofLog('easel_queues_paused'), 'metric.label.queue'),
];

/** A Dashboard of the Cloud Monitoring API. */
export function dashboardOf({ name }: Pick<Environment, 'name'>) {
  const tiles = CHARTS.map((chart, place) => ({
    xPos: (place * WIDTH) % COLUMNS,
    yPos: Math.floor((place * WIDTH) / COLUMNS) * HEIGHT,
    width: WIDTH,
    height: HEIGHT,
    widget: { title: chart.title, xyChart: { dataSets: [dataSet(chart)] } },
  }));
  return { displayName: `Easel ${name}`, labels: { easel: '' }, mosaicLayout: { columns: COLUMNS, tiles } };
}

function dataSet({ filter, aligner, reducer, by }: Chart) {
  const groups = by === undefined ? {} : { groupByFields: [by] };
  const aggregation = {
    alignmentPeriod: '60s',
    perSeriesAligner: aligner,
    crossSeriesReducer: reducer,
    ...groups,
  };
  return { plotType: 'LINE', timeSeriesQuery: { timeSeriesFilter: { filter, aggregation } } };
}

export function dashboardStep(env: Environment): Step {
  const { project, name } = env;
  const file: TextFile = { path: 'dashboard.json', text: JSON.stringify(dashboardOf(env), null, 2) };
  return {
    title: 'dashboard',
    look: gcloud('monitoring dashboards list', { project, filter: `displayName="Easel ${name}"`, format: 'json' }),
    holds: found => (found as unknown[]).length > 0,
    make: [gcloud('monitoring dashboards create', { project, 'config-from-file': file.path }, { files: [file] })],
  };
}
