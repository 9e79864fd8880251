/**
 * The objectives: 99 % of the requests are answered, 95 % within ten seconds (those that ask to be kept waiting left
 * out), and nine of ten interactive jobs are done within a minute and a half, a model at a time. gcloud has no command
 * for them, so each is one call of the API.
 */
import { isDeepStrictEqual } from 'node:util';
import { DEFAULT_MODEL } from '../../../common/models.ts';
import { rest } from '../command.ts';
import type { Step } from '../converge.ts';
import type { Environment } from '../environment.ts';

const API = 'https://monitoring.googleapis.com/v3';
const SERVICE = 'easel';
const MONTH = `${28 * 86_400}s`;
const SECOND_MS = 1_000;
/** Slower models than the default one take up to 40 s for a picture, after a wait. */
const JOB_SECONDS_MAX = 90;

export interface Slo {
  readonly id: string;
  readonly title: string;
  readonly goal: number;
  readonly runbook: string;
  readonly serviceLevelIndicator: object;
}

const requests = (more: string) =>
  `resource.type="cloud_run_revision" resource.labels.service_name="easel-api" metric.type="run.googleapis.com/request_count"${more}`;
const ofLog = (metric: string, more = '') =>
  `resource.type="cloud_run_revision" metric.type="logging.googleapis.com/user/${metric}"${more}`;
const upTo = (seconds: number, distributionFilter: string) => ({
  requestBased: { distributionCut: { distributionFilter, range: { min: 0, max: seconds * SECOND_MS } } },
});

/** Models by name, since a metric's label has to be named in a filter; another model gets its own line here. */
const MODELS = [DEFAULT_MODEL, 'gemini-nano-banana-2.1'];

export const SLOS: readonly Slo[] = [
  {
    id: 'availability',
    title: '99 % of the requests do not end with an error of ours',
    goal: 0.99,
    runbook: 'bad-deploy',
    serviceLevelIndicator: {
      requestBased: {
        goodTotalRatio: {
          badServiceFilter: requests(' metric.labels.response_code_class="5xx"'),
          totalServiceFilter: requests(''),
        },
      },
    },
  },
  {
    id: 'latency',
    title: '95 % of the requests are answered within 10 s, waiting excluded',
    goal: 0.95,
    runbook: 'queue-growing',
    serviceLevelIndicator: upTo(10, ofLog('easel_request_ms')),
  },
  ...MODELS.map(model => ({
    id: `job-time-${model.replaceAll('.', '-')}`,
    title: `90 % of the interactive jobs of ${model} end within ${JOB_SECONDS_MAX} s`,
    goal: 0.9,
    runbook: 'provider-down',
    serviceLevelIndicator: upTo(JOB_SECONDS_MAX, ofLog('easel_job_ms', ` metric.labels.model="${model}"`)),
  })),
];

export function sloName(project: string, id: string): string {
  return `projects/${project}/services/${SERVICE}/serviceLevelObjectives/${id}`;
}

export function sloOf({ title, goal, serviceLevelIndicator }: Slo) {
  return { displayName: title, goal, rollingPeriod: MONTH, serviceLevelIndicator };
}

export function sloSteps({ project }: Environment): Step[] {
  const service = { path: 'service.json', text: JSON.stringify({ displayName: 'Easel', custom: {} }) };
  return [
    {
      title: 'the service that has objectives',
      look: rest('GET', `${API}/projects/${project}/services/${SERVICE}`),
      make: [rest('POST', `${API}/projects/${project}/services?serviceId=${SERVICE}`, service)],
    },
    ...SLOS.map(slo => {
      const wanted = sloOf(slo);
      const file = { path: `slo-${slo.id}.json`, text: JSON.stringify(wanted, null, 2) };
      const url = `${API}/${sloName(project, slo.id)}`;
      const parent = `${API}/projects/${project}/services/${SERVICE}/serviceLevelObjectives`;
      return {
        title: `objective ${slo.id}`,
        look: rest('GET', url),
        holds: (found: unknown) => {
          const { goal, serviceLevelIndicator } = found as Partial<typeof wanted>;
          return goal === wanted.goal && isDeepStrictEqual(serviceLevelIndicator, wanted.serviceLevelIndicator);
        },
        make: [rest('POST', `${parent}?serviceLevelObjectiveId=${slo.id}`, file)],
        mend: [rest('PATCH', url, file)],
      };
    }),
  ];
}
