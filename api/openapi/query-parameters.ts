/** What the API takes in the query string: the schemas that validate, with a text for each parameter. */
import { linesQuery } from '../batches/items-fields.ts';
import { itemsQuery, pageQuery } from '../batches/list-batches.ts';
import { resultsQuery } from '../batches/results.ts';
import { shopQuery } from '../customers/customer-of.ts';
import { exportQuery } from '../customers/export-customer.ts';
import { requestsQuery } from '../customers/privacy-requests.ts';
import { inputQuery, jobQuery, outputQuery } from '../jobs.ts';
import { listQuery } from '../list-jobs.ts';
import { ADMIN_QUERIES } from './admin-requests.ts';
import { ASKED } from './requests.ts';
import { describeProperties, type JsonObject, propertiesOf, requestSchema } from './schemas.ts';

const THEIR_SHOP = 'With an admin key: whose customer it is; `default` unless you say.';
const TTL = 'With a server or admin key only: how long the address works, such as `24h`; at most `7d`.';

/** All of them or none. */
const SHOPIFY_QUERY: JsonObject[] = Object.entries({
  shop: 'the shop, `{name}.myshopify.com`.',
  logged_in_customer_id: 'the customer who is logged in; empty when nobody is.',
  path_prefix: 'where the proxy is mounted in the shop.',
  timestamp: 'seconds since 1970; 90 of them may have passed.',
}).map(([name, text]) => ({ name, in: 'query', description: `Added by Shopify: ${text}`, schema: { type: 'string' } }));

/** Parameters in the query string, by operation. */
export function queryParameters(): { [name: string]: JsonObject[] } {
  return {
    getJob: query(requestSchema(jobQuery), {
      after: 'With `Prefer: wait`: the `sequence` that you have seen. The wait ends when the job is past it.',
    }),
    getBatch: query(requestSchema(jobQuery), {
      after: 'With `Prefer: wait`: the `sequence` that you have seen. The wait ends when the batch is past it.',
    }),
    submitBatch: query(requestSchema(linesQuery), {
      ...ASKED,
      onInvalid: `With NDJSON: ${ASKED.onInvalid}`,
      webhook: 'Where to tell of the end of the batch.',
    }),
    listBatches: query(requestSchema(pageQuery), {
      limit: 'Batches on a page.',
      cursor: '`nextCursor` of the page before.',
    }),
    listBatchItems: query(requestSchema(itemsQuery), {
      status: 'Jobs in this state.',
      limit: 'Jobs on a page.',
      cursor: '`nextCursor` of the page before, with the same filters.',
    }),
    getBatchResults: query(requestSchema(resultsQuery), { cursor: '`cursor` of the last line that you have.' }),
    getJobOutput: query(requestSchema(outputQuery), {
      variant: '`preview` is a WebP with its longer side at 512 pixels. Default `full`.',
      ttl: TTL,
    }),
    getJobInput: query(requestSchema(inputQuery), { ttl: TTL }),
    listJobs: query(requestSchema(listQuery), {
      status: 'Jobs in this state.',
      style: 'Jobs of this style. Does not go with `customerId`.',
      customerId: 'Jobs of this shopper.',
      customId: 'Jobs of this name; goes with `createdAfter` and `createdBefore` alone.',
      createdAfter: 'Jobs from this moment on.',
      createdBefore: 'Jobs before this moment.',
      limit: 'Jobs on a page.',
      cursor: '`nextCursor` of the page before, with the same filters.',
    }),
    eraseCustomer: query(requestSchema(shopQuery), { shop: THEIR_SHOP }),
    exportCustomer: query(requestSchema(exportQuery), {
      shop: THEIR_SHOP,
      orderIds: 'Orders of theirs, separated by commas: also the jobs that they ordered as a guest.',
      cursor: '`next` of the last line that you have.',
    }),
    listPrivacyRequests: query(requestSchema(requestsQuery), {
      state: 'Requests in this state.',
      limit: 'Requests on a page.',
      cursor: '`nextCursor` of the page before, with the same filters.',
    }),
    openSession: SHOPIFY_QUERY,
    ...Object.fromEntries(
      Object.entries(ADMIN_QUERIES).map(([id, [schema, texts]]) => [id, query(requestSchema(schema), texts)]),
    ),
    getQuota: [
      {
        name: 'customerId',
        in: 'query',
        description: 'With a server key: the shopper. Without it nothing limits a server but the budget.',
        schema: { type: 'string', minLength: 1, maxLength: 128 },
      },
    ],
  };
}

function query(schema: JsonObject, texts: { readonly [name: string]: string }): JsonObject[] {
  const properties = propertiesOf(describeProperties(schema, texts));
  return Object.entries(properties).map(([name, { description, ...rest }]) => {
    return { name, in: 'query', description, schema: rest };
  });
}
