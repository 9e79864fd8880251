/** What operators ask of a service under torture. */
import type { Service } from '../service.ts';
import { persist } from './orders.ts';

export async function asAdmin<T = unknown>(
  service: Service,
  method: string,
  path: string,
  body?: object,
  headers = {},
) {
  const key = (await service.keys()).admin;
  const json = body && { headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) };
  return service.call<T>(method, path, { key, ...json });
}

export function operate(service: Service, path: string, body: object): Promise<void> {
  return persist(path, async () => (await asAdmin(service, 'POST', path, body)).status === 200);
}

/** What signs webhooks: on embedded the first start has made one. */
export function haveSecret(service: Service): Promise<void> {
  return persist('the secret of webhooks', async () => {
    const shop = '/v1/admin/shops/default';
    const { body } = await asAdmin<{ readonly webhookSecret: string }>(service, 'GET', shop);
    if (body.webhookSecret === 'set') return true;
    const made = await asAdmin(service, 'POST', `${shop}/webhook-secret/rotate`, { reason: 'The first one.' });
    return made.status === 200;
  });
}
