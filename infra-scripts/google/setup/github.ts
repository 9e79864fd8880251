/**
 * Lets workflows of one repository deploy without any key: GitHub signs who a workflow is, Google believes it
 * (Workload Identity Federation), and only for the GitHub environment that bears this environment's name, which is
 * where the repository asks for an approval.
 */
import { gcloud } from '../command.ts';
import type { Step } from '../converge.ts';
import type { Environment } from '../environment.ts';
import { grant } from './grants.ts';

const POOL = 'github';
/** Within the project. */
export const PROVIDER = `locations/global/workloadIdentityPools/${POOL}/providers/${POOL}`;
const ISSUER = 'https://token.actions.githubusercontent.com';

export function githubSteps(env: Environment): Step[] {
  const { project, projectNumber, name, github, accounts } = env;
  const condition = `assertion.repository=='${github.repository}' && assertion.environment=='${name}'`;
  const flags = {
    ...{ project, location: 'global', 'workload-identity-pool': POOL },
    'issuer-uri': ISSUER,
    'attribute-mapping': 'google.subject=assertion.sub,attribute.repository=assertion.repository',
    'attribute-condition': condition,
  };
  const pool = `projects/${projectNumber}/locations/global/workloadIdentityPools/${POOL}`;
  const deployer = {
    ...{ group: 'iam service-accounts', id: accounts.deploy, flags: { project } },
    title: 'the account easel-deploy',
  };
  return [
    {
      title: 'pool of identities from GitHub',
      look: gcloud(`iam workload-identity-pools describe ${POOL}`, { project, location: 'global', format: 'json' }),
      make: [gcloud(`iam workload-identity-pools create ${POOL}`, { project, location: 'global' })],
    },
    {
      title: 'GitHub is believed for this repository and environment',
      look: gcloud(`iam workload-identity-pools providers describe ${POOL}`, {
        ...{ project, location: 'global', 'workload-identity-pool': POOL, format: 'json' },
      }),
      holds: found => (found as { attributeCondition?: string }).attributeCondition === condition,
      make: [gcloud(`iam workload-identity-pools providers create-oidc ${POOL}`, flags)],
      mend: [gcloud(`iam workload-identity-pools providers update-oidc ${POOL}`, flags)],
    },
    grant(deployer, {
      member: `principalSet://iam.googleapis.com/${pool}/attribute.repository/${github.repository}`,
      role: 'roles/iam.workloadIdentityUser',
    }),
  ];
}
