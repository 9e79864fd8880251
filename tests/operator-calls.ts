/**
 * Each of the operators' routes once, by the examples of the OpenAPI document, in an order that works.
 */
import { ADMIN_EXAMPLES } from '../api/openapi/admin-examples.ts';
import { DEFAULT_MODEL } from '../common/models.ts';
import { type CallOptions, PHOTO } from './service.ts';
import { waitFor } from './wait-for.ts';

type Ask = (request: string, options?: CallOptions) => Promise<unknown>;

/** Leaves a shop and a revoked key behind, nothing else. Gives answers by the names of the examples that are like them. */
export async function callAsOperator(ask: Ask, adminKey: string) {
  const call = (request: string, body?: unknown) => ask(request, { key: adminKey, ...(body ? jsonOf(body) : {}) });
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const { keyRequest, newShopRequest, shopRequest, revokeRequest, overrideRequest } = ADMIN_EXAMPLES;
  const { intakeRequest, pauseRequest, resumeRequest } = ADMIN_EXAMPLES;

  const newKey = await call('POST /v1/admin/keys', keyRequest);
  const { id } = newKey as { id: string };
  const shop = await call('POST /v1/admin/shops', newShopRequest);
  await call('GET /v1/admin/shops/pets');
  await call('GET /v1/admin/shops');
  const answers = {
    newKey,
    shop,
    keyPage: await call('GET /v1/admin/keys?limit=1'),
    revokedKey: await call(`POST /v1/admin/keys/${id}/revoke`, revokeRequest),
    budget: await call('GET /v1/admin/budget'),
    raisedBudget: await call('PUT /v1/admin/budget/override', { ...overrideRequest, until }),
    intakeClosed: await call('PUT /v1/admin/intake', { ...intakeRequest, until }),
    auditPage: await call('GET /v1/admin/audit?limit=1'),
  };
  await call('PATCH /v1/admin/shops/pets', shopRequest);
  await call('GET /v1/admin/batches?limit=1');
  await call('GET /v1/admin/intake');
  await call('DELETE /v1/admin/budget/override?reason=enough');
  const intakeOpen = await call('DELETE /v1/admin/intake');
  await call('POST /v1/admin/queues/bulk/pause', { ...pauseRequest, until });
  await call('POST /v1/admin/queues/bulk/resume', resumeRequest);
  await call('GET /v1/admin/queues');
  await call('GET /v1/admin/costs?by=style');
  const day = new Date().toISOString().slice(0, 10);
  await call(`GET /v1/admin/costs/check?from=${day}`);
  await call('POST /v1/admin/costs/rebuild', { ...ADMIN_EXAMPLES.costsRebuildRequest, from: day });
  await call('GET /v1/admin/stats');
  await call('GET /v1/admin/invariants');
  return { ...answers, intakeOpen, ...(await callAboutModels(call, until)), ...(await callAboutStyles(ask, adminKey)) };
}

/** Leaves a style behind that is switched off. */
async function callAboutStyles(ask: Ask, key: string) {
  const { newStyleRequest, draftRequest, switchRequest, publishRequest, restoreRequest } = ADMIN_EXAMPLES;
  const call = (request: string, body?: unknown) => {
    const json = body ? jsonOf(body) : { headers: {} };
    return ask(request, { key, ...json, headers: { ...json.headers, 'If-Match': '*' } });
  };
  const path = '/v1/admin/styles/linocut';
  const madeStyle = await call('POST /v1/admin/styles', newStyleRequest);
  const publishedStyle = await call(`POST ${path}/publish`, publishRequest);
  const styleVersionList = await call(`GET ${path}/versions`);
  const editedStyle = await call(`PATCH ${path}/draft`, draftRequest);
  // Each on a photo of the same bytes: the second time the picture is there already.
  const image = { data: PHOTO.toString('base64') };
  const tried = () => call(`POST ${path}/try`, { of: 'active', confirmUsd: 0, image }) as Promise<{ id: string }>;
  const { id } = await tried();
  await waitFor('the trial', async () => ((await call(`GET /v1/admin/jobs/${id}`)) as { done: boolean }).done);
  await tried();
  await call(`POST ${path}/publish`);
  await call(`POST ${path}/publish`, restoreRequest);
  await call(`PATCH ${path}/draft`, draftRequest);
  await call(`DELETE ${path}/draft`);
  const styleOff = await call(`PATCH ${path}`, switchRequest);
  const { styles } = (await call('GET /v1/admin/styles')) as { styles: readonly { id: string }[] };
  await call('PUT /v1/admin/styles/order', { ids: styles.map(style => style.id).reverse() });
  await call(`GET ${path}`);
  await call('POST /v1/admin/styles', { ...newStyleRequest, id: 'woodcut' });
  await call('DELETE /v1/admin/styles/woodcut');
  await call('GET /v1/admin/formats');
  return { madeStyle, publishedStyle, editedStyle, styleVersionList, styleOff };
}

async function callAboutModels(call: (request: string, body?: unknown) => Promise<unknown>, until: string) {
  const { holdRequest, ceilingRequest } = ADMIN_EXAMPLES;
  await call('GET /v1/admin/models');
  const heldModel = await call(`PUT /v1/admin/models/${DEFAULT_MODEL}/hold`, { ...holdRequest, until });
  const freeModel = await call(`DELETE /v1/admin/models/${DEFAULT_MODEL}/hold?reason=enough`);
  const ceilingSet = await call('PUT /v1/admin/ceiling', { ...ceilingRequest, until });
  const ceilingClear = await call('DELETE /v1/admin/ceiling');
  await call('GET /v1/admin/ceiling');
  return { heldModel, freeModel, ceilingSet, ceilingClear };
}

export function jsonOf(body: unknown): { readonly headers: { 'Content-Type': string }; readonly body: string } {
  return { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
}
