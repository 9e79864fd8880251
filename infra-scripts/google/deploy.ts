/**
 * `npm run cloud:deploy -- --env staging [--version V] [--dry-run]`, or `--rollback [REVISION]`: brings a version to an
 * environment. Indexes first, since no query may meet one that is not READY; then the worker, which has to know what
 * the API will ask of it; then the API, as a canary where the settings say so.
 */
import { execFileSync } from 'node:child_process';
import { type Command, gcloud, scriptOf } from './command.ts';
import { commandsOf, converge, lookAt, must, type Step, scriptOfSteps } from './converge.ts';
import { digestOf, imageSteps, SERVICES, type ServiceName } from './deploy/images.ts';
import { CANARY, type Release, replaceService, revisionOf, serviceId, type Traffic } from './deploy/service.ts';
import { smoke } from './deploy/smoke.ts';
import { describeService, listRevisions, moveTraffic, rollBack, servedBy, untag } from './deploy/traffic.ts';
import { requestsOf, watchCanary } from './deploy/watch.ts';
import type { Environment } from './environment.ts';
import { indexesStep, lookAtIndexes, missingIndexes, rulesStep } from './setup/database.ts';
import { account, grant } from './setup/grants.ts';
import { lookForVersion, SECRETS } from './setup/secrets.ts';
import { type Job, type Options, runAsProcess, type Tool } from './tool.ts';

const INDEX_LOOK_MS = 10_000;
const INDEX_LOOKS_MAX = 360;

export const deploy: Tool = {
  name: 'deploy',
  options: { version: { type: 'string' }, rollback: { type: 'boolean' } },
  takesWord: true,
  script: (env, options) => outline(env, options).flatMap(({ title, lines }) => [`# ${title}`, ...lines, '']),
  commands: env => outline(env, { version: 'v1' }).flatMap(({ commands }) => commands),
  async work(job) {
    if (job.options.rollback === true) return goBack(job);
    await bringOut(job, String(job.options.version ?? headVersion()));
  },
};

/** One service on its way: what served before it, and what is to serve. */
interface Move {
  readonly service: ServiceName;
  readonly before: string | undefined;
  readonly revision: string;
}

async function bringOut(job: Job, version: string): Promise<void> {
  const { env, run, tell } = job;
  const needed = env.gemini.by === 'key' ? [SECRETS.gemini, SECRETS.bootstrap] : [SECRETS.bootstrap];
  for (const name of needed) {
    const versions = (await lookAt(lookForVersion(name, env.project), run)) as unknown[] | undefined;
    if (!versions?.length) throw new Error(`The secret ${name} has no value yet: see docs/provisioning.md`);
  }
  await converge([...imageSteps(env, version), rulesStep(env), indexesStep(env)], run, tell);
  await untilIndexesAreReady(job);

  const moves: Move[] = [];
  try {
    for (const service of SERVICES) await place(job, { service, version, moves });
    await prove(job, moves, version);
  } catch (error) {
    await takeBack(job, moves);
    throw new Error(`${(error as Error).message}\n${sentenceOfReturn(moves)}`, { cause: error });
  }
  for (const { service, before, revision } of moves) {
    if (before === revision) continue;
    await must(moveTraffic(env, service, { [revision]: 100 }), run);
    if (before !== undefined) await must(untag(env, service), run);
  }
  tell(`${version} serves ${env.name}`);
}

/** Makes the revision. It gets no requests yet, unless there is nobody else to get them. */
async function place(
  { env, run, tell }: Job,
  { service, version, moves }: { service: ServiceName; version: string; moves: Move[] },
): Promise<void> {
  const release = { service, version, image: await digestOf(env, { service, version, run }) };
  const revision = revisionOf(env, release);
  const before = (await servedBy(env, service, run))?.stable;
  // Noted before it is made: what was half made is taken back, too.
  moves.push({ service, before, revision });
  if (before === revision) tell(`left   ${revision} serves already`);
  else {
    await must(replaceService(env, release, firstTraffic(revision, before)), run);
    tell(`made   ${revision}`);
  }
  await converge([invokers(env, service)], run, tell);
}

function firstTraffic(revision: string, before: string | undefined): Traffic[] {
  if (before === undefined) return [{ revisionName: revision, percent: 100 }];
  return [
    { revisionName: before, percent: 100 },
    { revisionName: revision, percent: 0, tag: CANARY },
  ];
}

/** Everyone may call the API, which asks for a key itself; the worker is for tasks alone. */
function invokers({ project, region, accounts }: Environment, service: ServiceName): Step {
  const resource = {
    ...{ group: 'run services', id: serviceId(service), flags: { project, region } },
    title: `the ${service}`,
  };
  const member = service === 'api' ? 'allUsers' : account(accounts.tasks);
  return grant(resource, { member, role: 'roles/run.invoker' });
}

/** Throws when the new revisions are not as good as the old ones. */
async function prove(job: Job, moves: readonly Move[], version: string): Promise<void> {
  const { env, run, tell, pause } = job;
  const moved = moves.filter(({ before, revision }) => before !== undefined && before !== revision);
  const [worker] = moved.filter(({ service }) => service === 'worker');
  // Without a canary the worker takes all tasks now, so that the smoke test's job is drawn by it.
  if (worker?.before !== undefined && !env.canary) {
    await must(moveTraffic(env, 'worker', { [worker.revision]: 100 }), run);
  }
  const served = await servedBy(env, 'api', run);
  const url = served?.canaryUrl ?? served?.url ?? env.urls.api;
  const key = (await must(smokeKey(env), run)).trim();
  await smoke({ url, key, version, pause });
  tell(`the smoke test at ${url} has passed`);
  if (!env.canary || moved.length === 0) return;
  const { percent } = env.canary;
  for (const { service, before = '', revision } of moved) {
    await must(moveTraffic(env, service, { [revision]: percent, [before]: 100 - percent }), run);
  }
  await watchCanary({ ...job, revisions: moved.map(({ revision }) => revision), url });
}

/** In the other order than it came, so that the API never asks for what the worker does not know. */
async function takeBack({ env, run, tell }: Job, moves: readonly Move[]): Promise<void> {
  for (const { service, before, revision } of moves.toReversed()) {
    if (before === undefined || before === revision) continue;
    await must(moveTraffic(env, service, { [before]: 100 }), run);
    // It has no tag when it could not even be made.
    await run(untag(env, service));
    tell(`${before} serves again`);
  }
}

function sentenceOfReturn(moves: readonly Move[]): string {
  if (moves.some(({ before, revision }) => before !== undefined && before !== revision))
    return 'Rolled back: what served before serves all requests.';
  return 'There is nothing to roll back to.';
}

async function goBack({ env, run, tell, word }: Job): Promise<void> {
  for (const service of SERVICES.toReversed()) {
    const target = await rollBack(env, { service, run, ...(word === undefined ? {} : { wanted: word }) });
    tell(`${target} serves all requests of the ${service}`);
  }
}

async function untilIndexesAreReady({ env, run, tell, pause }: Job): Promise<void> {
  for (let looks = 0; looks < INDEX_LOOKS_MAX; looks++) {
    const missing = missingIndexes((await lookAt(lookAtIndexes(env), run)) ?? [], 'READY');
    if (missing.length === 0) return;
    if (looks === 0) tell(`waits for ${missing.length} indexes to be built`);
    await pause(INDEX_LOOK_MS);
  }
  throw new Error('The indexes are not READY after an hour; nothing was deployed.');
}

function smokeKey({ project }: Environment): Command {
  return gcloud('secrets versions access latest', { project, secret: SECRETS.smoke });
}

/** A version is a commit. What is not committed would be deployed under a name that says something else. */
function headVersion(): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
  if (git('status', '--porcelain') !== '')
    throw new Error('Commit first, or name the --version: a version is a commit.');
  return git('rev-parse', '--short=12', 'HEAD');
}

interface Part {
  readonly title: string;
  readonly lines: readonly string[];
  readonly commands: readonly Command[];
}

/** What only the cloud can tell stands in capitals. */
function outline(env: Environment, { version = 'VERSION', rollback }: Options): Part[] {
  const part = (title: string, ...commands: Command[]) => ({ title, commands, lines: commands.flatMap(scriptOf) });
  const looks = SERVICES.toReversed().flatMap(service => [describeService(env, service), listRevisions(env, service)]);
  const back = SERVICES.toReversed().map(service =>
    moveTraffic(env, service, { [`${serviceId(service)}-BEFORE`]: 100 }),
  );
  if (rollback === true) return [part('which revisions there are', ...looks), part('back to the one before', ...back)];
  const steps = [...imageSteps(env, String(version)), rulesStep(env), indexesStep(env)];
  const services = SERVICES.flatMap(service => placeOutline(env, { service, version: String(version), part }));
  const share = env.canary?.percent ?? 100;
  const shares = SERVICES.map(service => {
    const [revision, before] = [`${serviceId(service)}-REVISION`, `${serviceId(service)}-BEFORE`];
    return moveTraffic(
      env,
      service,
      share === 100 ? { [revision]: 100 } : { [revision]: share, [before]: 100 - share },
    );
  });
  const last = SERVICES.flatMap(service => [
    moveTraffic(env, service, { [`${serviceId(service)}-REVISION`]: 100 }),
    untag(env, service),
  ]);
  return [
    part('the key of Gemini and the first keys are there', lookForVersion(SECRETS.bootstrap, env.project)),
    { title: 'images, rules and indexes', lines: ['', ...scriptOfSteps(steps)], commands: commandsOf(steps) },
    part('every index is READY; asked until it is so', lookAtIndexes(env)),
    ...services,
    part("the smoke test: a photo becomes a picture at the address of the API's canary", smokeKey(env)),
    part(`${share} % of the requests`, ...shares),
    ...(env.canary ? [part('each minute: how did it answer?', requestsOf(env, 'easel-api-REVISION'))] : []),
    part('all of the requests', ...(env.canary ? last : last.slice(1))),
    part('or, when anything of this failed: back', ...back, ...SERVICES.map(service => untag(env, service))),
  ];
}

function placeOutline(
  env: Environment,
  {
    service,
    version,
    part,
  }: { service: ServiceName; version: string; part: (title: string, ...all: Command[]) => Part },
): Part[] {
  const release: Release = { service, version, image: `${env.images}/${service}@DIGEST` };
  const traffic = firstTraffic(revisionOf(env, release), `${serviceId(service)}-BEFORE`);
  const steps = [invokers(env, service)];
  return [
    part(`the ${service}: what serves now`, describeService(env, service)),
    part(`the ${service}: the new revision, without requests yet`, replaceService(env, release, traffic)),
    { title: `the ${service}: who may call it`, lines: scriptOfSteps(steps), commands: commandsOf(steps) },
  ];
}

if (import.meta.main) await runAsProcess(deploy);
