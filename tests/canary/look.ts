/**
 * Looks everywhere: as those whom it does not concern, as the owner, as the operator, and at what the service prints.
 */
import * as assert from 'uvu/assert';
import type { CanaryWorld } from './canary-world.ts';
import type { Customers } from './customers.ts';

export async function lookEverywhere(world: CanaryWorld, customers: Customers): Promise<void> {
  await asOthers(world, customers);
  await asOwner(world, customers);
  await asOperator(world, customers);
  const { service, relay, note, ask, keys } = world;
  await ask('metrics', 'GET /metrics', { as: keys.admin });
  const { WORKER_URL } = service.backends()?.environment ?? {};
  if (WORKER_URL !== undefined) await ask('metrics', `GET ${WORKER_URL}/metrics`);
  for (const path of ['/openapi.json', '/docs', '/docs/docs.js', '/docs/docs.css', '/health', '/ready']) {
    await ask('documentation', `GET ${path}`);
  }
  note('provider', relay.heard());
  note('log', service.output());
}

async function asOthers({ ask, keys }: CanaryWorld, { sibling, stranger, jobs, uploadId }: Customers): Promise<void> {
  const callers = { sibling, stranger, storefront: keys.storefront, nobody: undefined };
  for (const [name, key] of Object.entries(callers)) {
    const as = key === undefined ? {} : { as: key };
    for (const job of jobs) {
      for (const request of [`GET /v1/jobs/${job}`, `GET /v1/jobs/${job}/output`, `GET /v1/jobs/${job}/input`]) {
        const { status } = await ask('others', request, as);
        assert.ok(status >= 401 && status <= 404, `${request} for ${name}: ${status}`);
      }
    }
    for (const path of [
      '/v1/jobs',
      '/v1/quota',
      '/v1/styles',
      '/v1/admin/audit',
      '/v1/admin/shops',
      '/v1/admin/keys',
    ]) {
      await ask('others', `GET ${path}`, as);
    }
    await ask('others', 'POST /v1/jobs', { ...as, body: { style: 'charcoal', image: { uploadId } } });
  }
}

async function asOwner({ ask, keys }: CanaryWorld, { session, jobs }: Customers): Promise<void> {
  for (const as of [session, keys.server]) {
    for (const job of jobs) await ask('owner', `GET /v1/jobs/${job}`, { as });
  }
  await ask('owner', 'GET /v1/jobs?limit=100', { as: keys.server });
}

async function asOperator({ ask, keys, canaries, service }: CanaryWorld, { jobs }: Customers): Promise<void> {
  const as = keys.admin;
  const reason = canaries.word('reason to pause');
  await ask('operator', 'POST /v1/admin/queues/bulk/pause', { as, body: { reason } });
  await ask('operator', 'POST /v1/admin/queues/bulk/resume', { as, body: {} });
  const paths = ['audit', 'keys', 'shops', 'shops/pets', 'budget', 'intake', 'queues', 'stats', 'invariants'];
  for (const path of paths) await ask('operator', `GET /v1/admin/${path}`, { as });
  for (const job of jobs) await ask('operator', `GET /v1/jobs/${job}`, { as });
  assert.match(service.output(), 'queue paused');
}
