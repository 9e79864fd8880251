/**
 * Every secret that Easel has, each with the accounts that may read it. What can be made is made here and goes straight
 * into Secret Manager; nothing of it is printed. The key of the Gemini API comes from a person.
 */

import { systemRandom } from '../../../common/clock.ts';
import { newKey } from '../../../common/keys.ts';
import { newWebhookSecret } from '../../../common/webhooks/secrets.ts';
import { type Command, gcloud, type Input } from '../command.ts';
import type { Step } from '../converge.ts';
import type { Environment } from '../environment.ts';
import { account, grant } from './grants.ts';

export const SECRETS = {
  id: 'easel-id-secret',
  session: 'easel-session-secret',
  bootstrap: 'easel-bootstrap-keys',
  smoke: 'easel-smoke-key',
  gemini: 'easel-gemini-key',
} as const;

const SECRET_BYTES = 48;

const randomKey: Input = {
  shown: `openssl rand -base64 ${SECRET_BYTES}`,
  make: async () => Buffer.from(systemRandom.bytes(SECRET_BYTES)).toString('base64'),
};

/** In the form of `keys.json`: the API writes their hashes into the store when it starts. */
const firstKeys: Input = {
  shown: 'printf \'{"admin":"ak_…","server":"sk_…","storefront":"pk_…","webhookSecret":"whsec_…"}\'',
  make: async () =>
    JSON.stringify({
      admin: newKey('admin', systemRandom),
      server: newKey('server', systemRandom),
      storefront: newKey('storefront', systemRandom),
      webhookSecret: newWebhookSecret(systemRandom),
    }),
};

export function secretSteps(env: Environment): Step[] {
  const { project, accounts, gemini } = env;
  const { api, worker, deploy } = accounts;
  return [
    ...secret(SECRETS.id, [api, worker], randomKey),
    ...secret(SECRETS.session, [api], randomKey),
    ...secret(SECRETS.bootstrap, [api], firstKeys),
    ...secret(SECRETS.smoke, [deploy], serverKey(project)),
    ...(gemini.by === 'key' ? secret(SECRETS.gemini, [worker]) : []),
  ];

  function secret(name: string, readers: readonly string[], value?: Input): Step[] {
    const policy = { group: 'secrets', id: name, flags: { project }, title: name };
    return [
      {
        title: `secret ${name}`,
        look: gcloud(`secrets describe ${name}`, { project, format: 'json' }),
        make: [gcloud(`secrets create ${name}`, { project, 'replication-policy': 'automatic' })],
      },
      ...(value ? [version(name, value, project)] : []),
      ...readers.map(reader => grant(policy, { member: account(reader), role: 'roles/secretmanager.secretAccessor' })),
    ];
  }
}

/** Lists the versions that can be read: none where a person has still to bring the value. */
export function lookForVersion(name: string, project: string): Command {
  return gcloud(`secrets versions list ${name}`, { project, filter: 'state=ENABLED', format: 'json(name)' });
}

function version(name: string, input: Input, project: string): Step {
  return {
    title: `secret ${name} has a value`,
    look: lookForVersion(name, project),
    holds: found => (found as unknown[]).length > 0,
    make: [gcloud(`secrets versions add ${name}`, { project, 'data-file': '-' }, { input })],
  };
}

/** The smoke test may submit jobs, and nothing an operator may. */
function serverKey(project: string): Input {
  const access = gcloud('secrets versions access latest', { project, secret: SECRETS.bootstrap });
  return {
    shown: `gcloud ${access.args.join(' ')} | jq --raw-output .server`,
    async make(run) {
      const { code, stdout, stderr } = await run(access);
      if (code !== 0) throw new Error(`The first keys cannot be read: ${stderr}`);
      return (JSON.parse(stdout) as { server: string }).server;
    },
  };
}
