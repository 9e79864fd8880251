/**
 * What the project needs before anything else: the APIs, the registry of images, and the accounts of the parts.
 */
import { gcloud } from '../command.ts';
import type { Step } from '../converge.ts';
import type { Environment } from '../environment.ts';

const APIS = [
  'artifactregistry',
  'cloudscheduler',
  'cloudtasks',
  'firebase',
  'firebaserules',
  'firestore',
  'iam',
  'iamcredentials',
  'identitytoolkit',
  'logging',
  'monitoring',
  'run',
  'secretmanager',
  'storage',
  'sts',
];

/** The five latest images stay, so that there is something to roll back to; older ones cost and are no use. */
const CLEAN_UP = [
  { name: 'keep-5', action: { type: 'Keep' }, mostRecentVersions: { keepCount: 5 } },
  { name: 'delete-the-rest', action: { type: 'Delete' }, condition: { tagState: 'any', olderThan: '1d' } },
];

const ACCOUNTS = {
  api: 'Easel: takes jobs in',
  worker: 'Easel: draws them',
  tasks: 'Easel: tasks and the scheduler act as it',
  export: 'Easel: exports the database each night',
  deploy: 'Easel: deploys from GitHub',
} as const;

export function projectSteps(env: Environment): Step[] {
  const { project } = env;
  return [apis(env), registry(env), cleanUp(env), ...Object.keys(ACCOUNTS).map(name => accountStep(name as never))];

  function accountStep(name: keyof typeof ACCOUNTS): Step {
    return {
      title: `account easel-${name}`,
      look: gcloud(`iam service-accounts describe ${env.accounts[name]}`, { project, format: 'json' }),
      make: [gcloud(`iam service-accounts create easel-${name}`, { project, 'display-name': ACCOUNTS[name] })],
    };
  }
}

function apis({ project, gemini }: Environment): Step {
  const wanted = [...APIS, ...(gemini.by === 'vertex' ? ['aiplatform'] : [])].map(name => `${name}.googleapis.com`);
  return {
    title: 'APIs are enabled',
    look: gcloud('services list', { enabled: true, project, format: 'json(config.name)' }),
    holds: found => {
      const enabled = new Set((found as { config: { name: string } }[]).map(({ config }) => config.name));
      return wanted.every(name => enabled.has(name));
    },
    make: [gcloud(`services enable ${wanted.join(' ')}`, { project })],
  };
}

function registry({ project, region }: Environment): Step {
  return {
    title: 'registry of images',
    look: gcloud('artifacts repositories describe easel', { project, location: region, format: 'json' }),
    make: [gcloud('artifacts repositories create easel', { project, location: region, 'repository-format': 'docker' })],
  };
}

function cleanUp({ project, region }: Environment): Step {
  const file = { path: 'clean-up.json', text: JSON.stringify(CLEAN_UP, null, 2) };
  return {
    title: 'the registry keeps five images',
    look: gcloud('artifacts repositories describe easel', { project, location: region, format: 'json' }),
    holds: found => {
      const { cleanupPolicies = {} } = found as { cleanupPolicies?: Record<string, unknown> };
      return CLEAN_UP.every(({ name }) => name in cleanupPolicies);
    },
    make: [
      gcloud(
        'artifacts repositories set-cleanup-policies easel',
        { project, location: region, policy: file.path, 'no-dry-run': true },
        { files: [file] },
      ),
    ],
  };
}
