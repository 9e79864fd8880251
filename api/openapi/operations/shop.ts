/**
 * Sessions, styles and quota in the OpenAPI document.
 */
import { SESSIONS_PER_HOUR } from '../../auth/session-limit.ts';
import { type Operation, shown } from '../operation.ts';
import { schemaRef } from '../schemas.ts';

export const openSession: Operation = {
  operationId: 'openSession',
  tag: 'Shop',
  summary: 'Open a session',
  description:
    "For one shopper's browser: the token sees the jobs of its own session and nothing else. Keep it for as long as it is " +
    'valid, and send it here for another one of the same session, until six days after its end: a new session does not ' +
    'see the jobs of the one before. A session ends with the key that opened it, and works in the page that opened it ' +
    'alone.\n\n' +
    'Called through the App Proxy of a Shopify shop, the session is that of the customer who is logged in there. Shopify ' +
    'adds the parameters of the query; without them, and beside a key, none is taken.\n\n' +
    'No body is needed. With `{"firestore": true}` the answer also lets the page watch its jobs in Firestore instead of ' +
    'polling here. Be ready for `null`, and poll then.\n\n' +
    `An address opens at most ${SESSIONS_PER_HOUR} sessions an hour; renewals and customers of Shopify do not count. Where ` +
    'the operator has set a challenge up, every session that does count needs the `challenge` that the page has solved.',
  body: {
    required: false,
    content: { 'application/json': { schema: { $ref: schemaRef('SessionRequest') }, ...shown(['sessionRequest']) } },
  },
  answers: {
    201: {
      description: 'The session.',
      schema: 'Session',
      examples: ['session', 'sessionWithFirestore', 'sessionWithoutFirestore'],
    },
  },
  problems: [
    'signature_invalid',
    'body_invalid',
    'fields_invalid',
    'body_too_large',
    'content_type_unsupported',
    'challenge_failed',
    'sessions_exceeded',
  ],
  problemHeaders: { 429: ['Retry-After'] },
};

export const listStyles: Operation = {
  operationId: 'listStyles',
  tag: 'Shop',
  summary: 'List the styles',
  description: 'The styles to choose from, in the order to show them. Those switched off are left out.',
  answers: {
    200: { description: 'The styles; may be cached for a minute.', schema: 'StyleList', examples: ['styles'] },
  },
};

export const getQuota: Operation = {
  operationId: 'getQuota',
  tag: 'Shop',
  summary: 'Ask what is left',
  description:
    'The pictures that a shopper has left today, by pool, as they were at most two seconds ago. Asking costs nothing.',
  answers: {
    200: {
      description: 'Both pools. Without a limit, `limit` and `remaining` are null.',
      schema: 'Quota',
      examples: ['quota', 'unlimited'],
    },
  },
  problems: ['fields_invalid'],
};

export const hearShopify: Operation = {
  operationId: 'hearShopify',
  tag: 'Shop',
  summary: 'Hear from Shopify',
  description:
    "For Shopify's own webhooks, which sign the body with the secret of the app (`X-Shopify-Hmac-Sha256`). `orders/create` " +
    'keeps each picture whose job id stands in a property of a line, as `POST /v1/jobs/{id}/order` does, and each photo ' +
    'whose upload does, as `POST /v1/uploads/{id}/order`. ' +
    '`customers/redact` erases a customer as `DELETE /v1/customers/{id}` does, with the jobs of `orders_to_redact`; ' +
    '`shop/redact` erases everything of the shop and revokes its keys; `customers/data_request` opens a request that ' +
    'somebody has to close (`GET /v1/privacy-requests`). Any other topic is taken and passed over. The same message may ' +
    'come again.',
  parameters: ['ShopifyTopic', 'ShopifyDomain', 'ShopifyMessage'],
  body: { required: true, content: { 'application/json': { schema: { type: 'object' }, ...shown(['shopifyOrder']) } } },
  answers: { 204: { description: 'Heard.' } },
  problems: ['signature_invalid', 'body_invalid', 'body_too_large', 'unavailable'],
};
