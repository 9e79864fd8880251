/**
 * `npm run cloud:teardown -- --env staging [--data] [--dry-run]`: takes an environment down, after asking twice. What
 * people gave to it (pictures, documents, exports) and the secrets stay, unless `--data` says that they go, too.
 */
import { QUEUES } from '../../common/platform/queue.ts';
import { EXPORT_JOB } from './backup.ts';
import { type Command, gcloud, lineOf } from './command.ts';
import { lookAt, must } from './converge.ts';
import { SERVICES } from './deploy/images.ts';
import { serviceId } from './deploy/service.ts';
import { type Environment, queueId } from './environment.ts';
import { SWEEP_JOB } from './setup/queues.ts';
import { SECRETS } from './setup/secrets.ts';
import { type Job, type Options, runAsProcess, type Tool } from './tool.ts';

interface Removal {
  readonly title: string;
  readonly look: Command;
  readonly remove: readonly Command[];
}

export const teardown: Tool = {
  name: 'teardown',
  options: { data: { type: 'boolean' } },
  script: (env, options) =>
    removals(env, options).flatMap(({ title, look, remove }) => [
      `# ${title}`,
      lineOf(look),
      '# where it is there:',
      ...remove.map(lineOf),
      '',
    ]),
  commands: env => removals(env, { data: true }).flatMap(({ look, remove }) => [look, ...remove]),
  async work(job) {
    await askTwice(job);
    const { env, options, run, tell } = job;
    for (const { title, look, remove } of removals(env, options)) {
      const found = await lookAt(look, run);
      if (found !== undefined) for (const command of remove) await must(command, run);
      tell(`${found === undefined ? 'left  ' : 'gone  '} ${title}`);
    }
  },
};

async function askTwice({ env, ask, options, tell }: Job): Promise<void> {
  const what = options.data === true ? 'with all pictures, documents, exports and secrets' : 'its data stays';
  tell(`This takes ${env.name} down, in the project ${env.project}; ${what}.`);
  const answers = [await ask('Its name? '), await ask('The id of its project? ')];
  if (answers[0] !== env.name || answers[1] !== env.project) throw new Error('Nothing was taken down.');
}

/** What calls others goes first, what is called last. */
function removals(env: Environment, { data }: Options): Removal[] {
  const { project, region, accounts } = env;
  const at = { project, location: region };
  const removal = (title: string, words: string, id: string, flags: object): Removal => ({
    title,
    look: gcloud(`${words} describe ${id}`, { ...flags, format: 'json' }),
    remove: [gcloud(`${words} delete ${id}`, { ...flags, quiet: true })],
  });
  return [
    ...[SWEEP_JOB, EXPORT_JOB].map(id => removal(`scheduler job ${id}`, 'scheduler jobs', id, at)),
    ...SERVICES.toReversed().map(name => removal(`the ${name}`, 'run services', serviceId(name), { project, region })),
    ...QUEUES.map(name => removal(`queue ${queueId(name)}`, 'tasks queues', queueId(name), at)),
    removal('registry of images', 'artifacts repositories', 'easel', at),
    removal('identities from GitHub', 'iam workload-identity-pools', 'github', { project, location: 'global' }),
    ...Object.values(accounts).map(email =>
      removal(`account ${email.replace(/@.*/, '')}`, 'iam service-accounts', email, { project }),
    ),
    ...(data === true ? dataRemovals(env) : []),
  ];

  function dataRemovals({ database, bucket, exportBucket }: Environment): Removal[] {
    const secrets = Object.values(SECRETS).map(id => removal(`secret ${id}`, 'secrets', id, { project }));
    const buckets = [bucket, exportBucket].map(id => ({
      title: `bucket ${id} with all that is in it`,
      look: gcloud(`storage buckets describe gs://${id}`, { project, format: 'json' }),
      remove: [gcloud(`storage rm gs://${id}`, { project, recursive: true, 'all-versions': true, quiet: true })],
    }));
    const documents = {
      title: `database ${database} with all documents`,
      look: gcloud('firestore databases describe', { project, database, format: 'json' }),
      remove: [
        gcloud('firestore databases update', { project, database, 'no-delete-protection': true }),
        gcloud('firestore databases delete', { project, database, quiet: true }),
      ],
    };
    return [...secrets, ...buckets, documents];
  }
}

if (import.meta.main) await runAsProcess(teardown);
