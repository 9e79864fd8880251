/**
 * The settings of one environment (`environments/*.yaml`): read, checked against each other, and given the names that
 * follow from them. Every tool of this folder takes them from here, so that setup and deploy cannot disagree.
 */
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { LIMITS } from '../../common/limits.ts';
import { QUEUES, type QueueName } from '../../common/platform/queue.ts';

export const ENVIRONMENTS = ['staging', 'production'] as const;
export type EnvironmentName = (typeof ENVIRONMENTS)[number];

const wholeNumber = z.int().min(0);
const service = z.strictObject({
  minInstances: wholeNumber,
  maxInstances: wholeNumber.min(1),
  concurrency: z.int().min(1).max(1_000),
  timeoutSeconds: z.int().min(1).max(3_600),
  cpu: z.string(),
  memory: z.string().regex(/^\d+(Mi|Gi)$/),
});
const queue = z.strictObject({ concurrent: z.int().min(1), perSecond: z.number().positive().max(500) });
const origin = z.string().regex(/^https:\/\/[^/]+$/);

const SETTINGS = z.strictObject({
  project: z.string().regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/),
  projectNumber: z.string().regex(/^\d{6,}$/),
  region: z.string(),
  firestoreLocation: z.string(),
  database: z.string(),
  bucket: z.string().min(3),
  exportBucket: z.string().min(3),
  origins: z.array(origin).min(1),
  publicUrl: origin.nullable(),
  gemini: z.union([
    z.strictObject({ by: z.literal('key') }),
    z.strictObject({ by: z.literal('vertex'), location: z.string() }),
  ]),
  model: z.string(),
  quotaPerDay: z.strictObject({ named: wholeNumber, custom: wholeNumber }),
  budgetUsdPerDay: z.number().min(0),
  orderRetentionDays: z.int().min(31),
  legacy: z.strictObject({ sunset: z.iso.date() }).nullable(),
  api: service,
  worker: service,
  queues: z.strictObject({ interactive: queue, bulk: queue, upkeep: queue }),
  canary: z
    .strictObject({
      percent: z.int().min(1).max(99),
      watchMinutes: z.int().min(1),
      errorPercentMax: z.number().min(0).max(100),
      requestsMin: wholeNumber,
    })
    .nullable(),
  alerts: z.strictObject({
    errorPercent: z.number().positive(),
    dailyCostUsd: z.number().positive(),
    queueAgeSeconds: z.strictObject({ interactive: z.int(), bulk: z.int() }),
  }),
  channels: z.strictObject({
    email: z.array(z.string().includes('@')),
    slack: z.array(z.string()),
    pagerDuty: z.array(z.string()),
  }),
  github: z.strictObject({ repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/) }),
});

export type Settings = z.infer<typeof SETTINGS>;

export interface Environment extends Settings {
  readonly name: EnvironmentName;
  /** E-mails of the accounts that the parts act as. */
  readonly accounts: Readonly<Record<'api' | 'worker' | 'tasks' | 'export' | 'deploy', string>>;
  /** Where Cloud Run serves them: the address that follows from name, project number and region. */
  readonly urls: { readonly api: string; readonly worker: string };
  /** The registry's folder of images. */
  readonly images: string;
}

/** What the application's queues are named with, and everything else that belongs to it. */
export const QUEUE_PREFIX = 'easel-';
export const queueId = (name: QueueName): string => `${QUEUE_PREFIX}${name}`;

export async function readEnvironment(name: EnvironmentName): Promise<Environment> {
  const text = await readFile(new URL(`./environments/${name}.yaml`, import.meta.url), 'utf8');
  return environmentOf(name, parse(text));
}

/** Throws one Error that names every problem. */
export function environmentOf(name: EnvironmentName, raw: unknown): Environment {
  const read = SETTINGS.safeParse(raw);
  if (!read.success) throw new Error(`environments/${name}.yaml:\n${z.prettifyError(read.error)}`);
  const settings = read.data;
  const problems = contradictions(settings);
  if (problems.length > 0) throw new Error(`environments/${name}.yaml:\n${problems.join('\n')}`);
  const { project, projectNumber, region } = settings;
  const account = (id: string) => `${id}@${project}.iam.gserviceaccount.com`;
  const url = (service: string) => `https://${service}-${projectNumber}.${region}.run.app`;
  return {
    name,
    ...settings,
    accounts: {
      api: account('easel-api'),
      worker: account('easel-worker'),
      tasks: account('easel-tasks'),
      export: account('easel-export'),
      deploy: account('easel-deploy'),
    },
    urls: { api: url('easel-api'), worker: url('easel-worker') },
    images: `${region}-docker.pkg.dev/${project}/easel`,
  };
}

/** Settings that cannot work together, a sentence each. */
export function contradictions({ worker, queues, bucket, exportBucket }: Settings): string[] {
  const problems: string[] = [];
  const places = worker.maxInstances * worker.concurrency;
  const delivered = QUEUES.reduce((sum, name) => sum + queues[name].concurrent, 0);
  if (places < delivered) {
    problems.push(
      `queues: expected at most ${places} deliveries at once (worker.maxInstances × worker.concurrency), got ${delivered}`,
    );
  }
  const timeout = LIMITS.requestTimeoutMs / 1_000;
  if (worker.timeoutSeconds !== timeout) {
    problems.push(
      `worker.timeoutSeconds: expected ${timeout}, as common/limits.ts has it, got ${worker.timeoutSeconds}`,
    );
  }
  if (bucket === exportBucket) problems.push('exportBucket: expected another bucket than that of the pictures');
  return problems;
}

/** As they stand in the repository, the files name nobody's project. */
export function isPlaceholder({ project, github }: Settings): boolean {
  return project.startsWith('example-') || github.repository.startsWith('example-');
}
