/**
 * What each account may do, and nothing more: intake has no way to Gemini, the worker cannot sign addresses or change
 * who may do what, and whoever holds a task's token can do nothing but deliver it to the worker.
 */
import { QUEUES } from '../../../common/platform/queue.ts';
import { gcloud } from '../command.ts';
import type { Step } from '../converge.ts';
import { type Environment, queueId } from '../environment.ts';
import { account, grant, type Resource } from './grants.ts';

/** `cloudtasks.enqueuer` creates tasks; looking after one and pausing a queue are in no role short of its owner's. */
const QUEUE_PERMISSIONS = [
  'cloudtasks.queues.get',
  'cloudtasks.queues.pause',
  'cloudtasks.queues.resume',
  'cloudtasks.tasks.delete',
  'cloudtasks.tasks.get',
];
const QUEUE_ROLE = 'easelQueues';
/** Of secrets it sees that they have a value, not the value; rules are read by calls that count for the project. */
const DEPLOY_ROLES = [
  'run.developer',
  'datastore.indexAdmin',
  'firebaserules.admin',
  'logging.viewer',
  'secretmanager.viewer',
  'serviceusage.serviceUsageConsumer',
];

export function accessSteps(env: Environment): Step[] {
  const { project, region, accounts, bucket, gemini } = env;
  const [api, worker, deploy] = [account(accounts.api), account(accounts.worker), account(accounts.deploy)];
  const onProject: Resource = { group: 'projects', id: project, title: 'the project' };
  const onBucket: Resource = { group: 'storage buckets', id: `gs://${bucket}`, title: 'the bucket of pictures' };
  const onAccount = (name: keyof typeof accounts): Resource => ({
    ...{ group: 'iam service-accounts', id: accounts[name], flags: { project }, title: `the account easel-${name}` },
  });
  const onRegistry: Resource = {
    ...{ group: 'artifacts repositories', id: 'easel', flags: { project, location: region }, title: 'the registry' },
  };
  const both = [api, worker].flatMap(member => [
    grant(onProject, { member, role: 'roles/datastore.user' }),
    grant(onBucket, { member, role: 'roles/storage.objectUser' }),
    ...queueGrants(env, member),
    // Whoever makes a task that acts as an account needs to be let.
    grant(onAccount('tasks'), { member, role: 'roles/iam.serviceAccountUser' }),
  ]);
  return [
    queueRole(env),
    ...both,
    // Signs addresses of pictures and Firebase's custom tokens as itself.
    grant(onAccount('api'), { member: api, role: 'roles/iam.serviceAccountTokenCreator' }),
    ...(gemini.by === 'vertex' ? [grant(onProject, { member: worker, role: 'roles/aiplatform.user' })] : []),
    ...DEPLOY_ROLES.map(role => grant(onProject, { member: deploy, role: `roles/${role}` })),
    grant(onRegistry, { member: deploy, role: 'roles/artifactregistry.writer' }),
    ...(['api', 'worker'] as const).map(name =>
      grant(onAccount(name), { member: deploy, role: 'roles/iam.serviceAccountUser' }),
    ),
  ];
}

function queueGrants({ project, region }: Environment, member: string): Step[] {
  const roles = ['roles/cloudtasks.enqueuer', `projects/${project}/roles/${QUEUE_ROLE}`];
  return QUEUES.flatMap(name => {
    const id = queueId(name);
    const queue: Resource = { group: 'tasks queues', id, flags: { project, location: region }, title: `queue ${id}` };
    return roles.map(role => grant(queue, { member, role }));
  });
}

function queueRole({ project }: Environment): Step {
  const role = { title: 'Easel: queues', stage: 'GA', includedPermissions: QUEUE_PERMISSIONS };
  const files = [{ path: 'queue-role.json', text: JSON.stringify(role, null, 2) }];
  return {
    title: `role ${QUEUE_ROLE}`,
    look: gcloud(`iam roles describe ${QUEUE_ROLE}`, { project, format: 'json' }),
    holds: found => {
      const { includedPermissions = [] } = found as { includedPermissions?: string[] };
      return QUEUE_PERMISSIONS.join() === includedPermissions.toSorted().join();
    },
    make: [gcloud(`iam roles create ${QUEUE_ROLE}`, { project, file: 'queue-role.json' }, { files })],
    mend: [gcloud(`iam roles update ${QUEUE_ROLE}`, { project, file: 'queue-role.json' }, { files })],
  };
}
