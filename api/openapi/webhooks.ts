/**
 * What the service sends, as the `webhooks` of the OpenAPI document.
 */
import { EXAMPLES } from './examples.ts';
import { type JsonObject, schemaRef } from './schemas.ts';

const header = (name: string, description: string, example: string): JsonObject => ({
  name,
  in: 'header',
  required: true,
  description,
  schema: { type: 'string' },
  example,
});

export const WEBHOOKS: JsonObject = {
  jobEnded: {
    post: {
      operationId: 'jobEnded',
      tags: ['Jobs'],
      summary: 'A job has ended',
      description:
        'Sent to the `webhook` of a submit when its job ends, well or not, and signed as Standard Webhooks 1.0 says. ' +
        'Answer 2xx within 15 seconds. Anything else, redirects too, is tried again: ten times over about 75 hours; 410 ' +
        'ends the tries of the event. It may come twice and out of order: act once on each `webhook-id`, and believe ' +
        '`data`, which is the job at the time of the try.',
      parameters: [
        header('webhook-id', 'Id of the event, the same on every try.', 'evt_1dsmmw2m8y9c2cbzcnbkehr45d_1'),
        header('webhook-timestamp', 'When this try was sent, in seconds since 1970.', '1795413739'),
        header(
          'webhook-signature',
          '`v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64; two of them, apart by a space, for a day after ' +
            'the secret was replaced.',
          'v1,UEZuc0nQ+wtnUHuyyQsXcMXltN4lp3EDLaC0ZbeMUuw=',
        ),
      ],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: { $ref: schemaRef('WebhookEvent') },
            examples: { webhookEvent: { value: EXAMPLES.webhookEvent } },
          },
        },
      },
      responses: {
        '2XX': { description: 'Taken.' },
        410: { description: 'Nobody wants this event any more; it is not tried again.' },
      },
      security: [],
    },
  },
};
