/**
 * `npm run cloud:setup -- --env staging [--dry-run]`: makes what an environment needs before its first deploy. May be
 * run again at any time: it looks first and changes only what differs.
 */
import type { Step } from './converge.ts';
import type { Environment } from './environment.ts';
import { accessSteps } from './setup/access.ts';
import { bucketStep } from './setup/bucket.ts';
import { databaseSteps } from './setup/database.ts';
import { githubSteps } from './setup/github.ts';
import { projectSteps } from './setup/project.ts';
import { queueSteps, schedulerStep } from './setup/queues.ts';
import { SECRETS, secretSteps } from './setup/secrets.ts';
import { convergingTool, runAsProcess } from './tool.ts';

export function setupSteps(env: Environment): Step[] {
  return [
    ...projectSteps(env),
    ...secretSteps(env),
    ...databaseSteps(env),
    bucketStep(env),
    ...queueSteps(env),
    ...accessSteps(env),
    schedulerStep(env),
    ...githubSteps(env),
  ];
}

export const setup = convergingTool('setup', {
  steps: setupSteps,
  after: ({ name, gemini, project }) =>
    gemini.by === 'key'
      ? [
          'Bring the key of the Gemini API, unless it is there already:',
          `  gcloud secrets versions add ${SECRETS.gemini} --project=${project} --data-file=-`,
          `Then: npm run cloud:deploy -- --env ${name}`,
        ]
      : [`Then: npm run cloud:deploy -- --env ${name}`],
});

if (import.meta.main) await runAsProcess(setup);
