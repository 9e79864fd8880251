/**
 * `npm run cloud:backup -- --env production [--dry-run]`: backs the database up in two ways, a managed backup each day
 * and an export at 03:00, both kept for seven days. With `--drill` it restores the latest backup into a database of its
 * own, counts what is in it, and removes it again: a backup that was never restored is a hope.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Command, gcloud, rest, scriptOf, type TextFile } from './command.ts';
import { commandsOf, converge, lookAt, must, type Step, scriptOfSteps } from './converge.ts';
import type { Environment } from './environment.ts';
import { account, grant } from './setup/grants.ts';
import { type Job, runAsProcess, type Tool } from './tool.ts';

export const EXPORT_JOB = 'easel-export';
const AT_THREE = '0 3 * * *';
const RETENTION = '7d';
const RETENTION_S = '604800s';
export const EXPORT_LIFECYCLE = { rule: [{ action: { type: 'Delete' }, condition: { age: 7 } }] };
export const DRILL_DATABASE = 'easel-drill';
const LOOK_MS = 30_000;
const LOOKS_MAX = 240;

export const backup: Tool = {
  name: 'backup',
  options: { drill: { type: 'boolean' } },
  script: (env, { drill }) => (drill === true ? drillCommands(env).flatMap(scriptOf) : scriptOfSteps(backupSteps(env))),
  commands: env => [...commandsOf(backupSteps(env)), ...drillCommands(env)],
  async work(job) {
    if (job.options.drill === true) return drill(job);
    const findings = await converge(backupSteps(job.env), job.run, job.tell);
    const left = findings.filter(finding => finding === 'left').length;
    job.tell(`backup of ${job.env.name}: ${findings.length - left} made or mended, ${left} left as they were`);
  },
};

export function backupSteps(env: Environment): Step[] {
  const { project, exportBucket, accounts } = env;
  const member = account(accounts.export);
  const bucket = { group: 'storage buckets', id: `gs://${exportBucket}`, title: 'the bucket of exports' };
  return [
    scheduleStep(env),
    bucketStep(env),
    grant(
      { group: 'projects', id: project, title: 'the project' },
      { member, role: 'roles/datastore.importExportAdmin' },
    ),
    grant(bucket, { member, role: 'roles/storage.admin' }),
    exportStep(env),
  ];
}

/** The hour of a managed backup is Google's to choose: no flag names it. */
function scheduleStep({ project, database }: Environment): Step {
  return {
    title: 'a managed backup each day, kept for seven',
    look: gcloud('firestore backups schedules list', { project, database, format: 'json' }),
    holds: found =>
      (found as { dailyRecurrence?: object; retention?: string }[]).some(
        ({ dailyRecurrence, retention }) => dailyRecurrence !== undefined && retention === RETENTION_S,
      ),
    make: [
      gcloud('firestore backups schedules create', { project, database, recurrence: 'daily', retention: RETENTION }),
    ],
  };
}

function bucketStep({ project, exportBucket, firestoreLocation }: Environment): Step {
  const file: TextFile = { path: 'export-lifecycle.json', text: JSON.stringify(EXPORT_LIFECYCLE, null, 2) };
  // An export may only go into a bucket where its database is; a multi-region of Firestore is Cloud Storage's "EU" or "US".
  const location = { eur3: 'EU', nam5: 'US' }[firestoreLocation] ?? firestoreLocation;
  const guard = { 'uniform-bucket-level-access': true, 'public-access-prevention': true } as const;
  const update = gcloud(
    `storage buckets update gs://${exportBucket}`,
    { project, 'lifecycle-file': file.path },
    { files: [file] },
  );
  return {
    title: 'bucket of exports',
    look: gcloud(`storage buckets describe gs://${exportBucket}`, { project, raw: true, format: 'json' }),
    holds: found => isDeepStrictEqual((found as { lifecycle?: object }).lifecycle, EXPORT_LIFECYCLE),
    make: [gcloud(`storage buckets create gs://${exportBucket}`, { project, ...guard, location }), update],
    mend: [update],
  };
}

function exportStep({ project, region, database, exportBucket, accounts }: Environment): Step {
  const uri = `https://firestore.googleapis.com/v1/projects/${project}/databases/${database}:exportDocuments`;
  // Without a folder, each export gets one of its own, named after its time.
  const body = { path: 'export.json', text: JSON.stringify({ outputUriPrefix: `gs://${exportBucket}` }) };
  const flags = {
    ...{ project, location: region, schedule: AT_THREE, 'time-zone': 'Etc/UTC', uri, 'http-method': 'POST' },
    'message-body-from-file': body.path,
    'oauth-service-account-email': accounts.export,
  };
  return {
    title: 'an export each day at 03:00 UTC',
    look: gcloud(`scheduler jobs describe ${EXPORT_JOB}`, { project, location: region, format: 'json' }),
    holds: found => {
      const { schedule, httpTarget } = found as { schedule?: string; httpTarget?: { uri?: string } };
      return schedule === AT_THREE && httpTarget?.uri === uri;
    },
    make: [gcloud(`scheduler jobs create http ${EXPORT_JOB}`, flags, { files: [body] })],
    mend: [gcloud(`scheduler jobs update http ${EXPORT_JOB}`, flags, { files: [body] })],
  };
}

async function drill({ env, run, tell, pause }: Job): Promise<void> {
  const backups = ((await lookAt(lookForBackups(env), run)) ?? []) as {
    name: string;
    state: string;
    snapshotTime: string;
  }[];
  const [latest] = backups
    .filter(({ state }) => state === 'READY')
    .toSorted((one, other) => (one.snapshotTime < other.snapshotTime ? 1 : -1));
  if (!latest) throw new Error('There is no backup that is READY. The first one takes a day.');
  tell(`restores ${latest.name} of ${latest.snapshotTime}`);
  await must(restore(env, latest.name), run);
  try {
    const restored = await countWhenReady();
    const live = await countRuns(env.database);
    tell(`the backup holds ${restored} runs, the database now ${live}`);
    if (restored === 0 && live > 0) throw new Error('The backup is empty: it would not bring anything back.');
  } finally {
    await must(removeDrill(env), run);
    tell('the restored database is gone again');
  }

  async function countRuns(database: string): Promise<number> {
    const [answer] = JSON.parse(await must(countOf(env, database), run)) as {
      result?: { aggregateFields?: { runs?: { integerValue?: string } } };
    }[];
    return Number(answer?.result?.aggregateFields?.runs?.integerValue ?? Number.NaN);
  }

  /** A database that is being restored answers no query. */
  async function countWhenReady(): Promise<number> {
    for (let looks = 1; looks < LOOKS_MAX; looks++) {
      const count = await countRuns(DRILL_DATABASE).catch(() => undefined);
      if (count !== undefined) return count;
      await pause(LOOK_MS);
    }
    return countRuns(DRILL_DATABASE);
  }
}

const lookForBackups = ({ project }: Environment): Command =>
  gcloud('firestore backups list', { project, format: 'json(name,state,snapshotTime)' });

const restore = ({ project }: Environment, name: string): Command =>
  gcloud('firestore databases restore', { project, 'source-backup': name, 'destination-database': DRILL_DATABASE });

const removeDrill = ({ project }: Environment): Command =>
  gcloud('firestore databases delete', { project, database: DRILL_DATABASE, quiet: true });

function countOf({ project }: Environment, database: string): Command {
  const query = {
    structuredAggregationQuery: {
      structuredQuery: { from: [{ collectionId: 'runs' }] },
      aggregations: [{ alias: 'runs', count: {} }],
    },
  };
  const body = { path: 'count.json', text: JSON.stringify(query) };
  const documents = `https://firestore.googleapis.com/v1/projects/${project}/databases/${database}/documents`;
  return rest('POST', `${documents}:runAggregationQuery`, body);
}

function drillCommands(env: Environment): Command[] {
  const { project, firestoreLocation } = env;
  const name = `projects/${project}/locations/${firestoreLocation}/backups/BACKUP`;
  return [
    lookForBackups(env),
    restore(env, name),
    countOf(env, DRILL_DATABASE),
    countOf(env, env.database),
    removeDrill(env),
  ];
}

if (import.meta.main) await runAsProcess(backup);
