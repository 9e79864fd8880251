/**
 * The routes of the costs in the OpenAPI document.
 */
import { type Operation, shown } from '../operation.ts';
import { schemaRef } from '../schemas.ts';
import { jsonBody, RECORDED, WITH_BODY } from './admin.ts';

const CSV =
  'style,spent_usd,possibly_usd,pictures,price_each_usd,reused,reused_share,attempts\r\n' +
  'ink-wash,3.412874,0.034133,98,0.034825,21,0.1765,101\r\n';

export const getCosts: Operation = {
  operationId: 'getCosts',
  tag: 'Operators',
  summary: 'See what days and months have cost',
  description:
    'To the micro-dollar what the attempts of all jobs have cost, by `day`, `style`, `model`, `shop` or `tier` (economy is ' +
    'half the price): what was spent, pictures, the price of each, how many were there already. What may not have been ' +
    'billed stands apart. An attempt counts once it has ended, on the day (UTC) it began; what is learnt late changes that ' +
    'day. The present month comes with a forecast. With `Accept: text/csv` or `format=csv` a table without a sum. At most 92 days.',
  answers: {
    200: {
      description: 'The costs.',
      content: {
        'application/json': { schema: { $ref: schemaRef('Costs') }, ...shown(['costs']) },
        'text/csv': { schema: { type: 'string' }, examples: { byStyle: { value: CSV } } },
      },
    },
  },
  problems: ['fields_invalid'],
};

export const checkCosts: Operation = {
  operationId: 'checkCosts',
  tag: 'Operators',
  summary: 'Hold the costs against the ledgers',
  description:
    'Reads the ledger of every job of the last sixty days before the end, and says what was booked otherwise. Changes ' +
    'nothing. For days of the last four weeks: older ledgers are being deleted.',
  answers: { 200: { description: 'What differs.', schema: 'CostsCheck', examples: ['costsCheck'] } },
  problems: ['fields_invalid'],
};

export const rebuildCosts: Operation = {
  operationId: 'rebuildCosts',
  tag: 'Operators',
  summary: 'Book the costs of some days anew',
  description:
    'As the check, and what differs becomes what the ledgers say; for example after an update from a version that booked ' +
    `nothing. Twice is once. Days on which something ends meanwhile are left alone: ask again. Needs the scope \`manage\`. ${RECORDED}`,
  body: jsonBody('CostsRebuildRequest', ['costsRebuildRequest']),
  answers: { 200: { description: 'What differed.', schema: 'CostsCheck', examples: ['costsRebuilt'] } },
  problems: WITH_BODY,
};
