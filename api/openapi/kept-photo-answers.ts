/**
 * Kept photos and the orders that wait, as schemas with their examples; part of `answers.ts` and `examples.ts`.
 */
import { z } from 'zod';
import { JOB_ID } from '../../common/ids.ts';
import { JOB_STATUSES } from '../../common/job.ts';
import { UPLOAD_ID } from '../../common/uploads.ts';

const moment = z.iso.datetime();

const keptFields = {
  uploadId: z.string().regex(UPLOAD_ID),
  style: z.string().optional().describe('What the shopper wants.'),
  options: z
    .strictObject({
      aspectRatio: z.string().optional(),
      size: z.string().optional(),
      variation: z.int().optional(),
    })
    .optional(),
  keptAt: moment.optional(),
  expiresAt: moment.describe('Until when the photo is kept.'),
  orderIds: z.array(z.string()).optional().describe('Orders that it is part of.'),
  jobId: z.string().regex(JOB_ID).optional().describe('The job that draws it, or has drawn it.'),
  waiting: z.boolean().describe('It was ordered and has no picture yet.'),
};

const waitingOrder = z
  .strictObject({
    ...keptFields,
    shop: z.string(),
    orderedAt: moment.describe('When its latest order came.'),
    photoUrl: z.url().describe('Signed address of the photo.'),
    job: z
      .strictObject({
        id: z.string().regex(JOB_ID),
        status: z.enum(JOB_STATUSES),
        code: z.string().optional().describe('Why it ended without a picture.'),
      })
      .optional()
      .describe('The latest one that was to draw it.'),
  })
  .describe('A photo that was ordered and has no picture yet.');

export const KEPT_PHOTO_ANSWERS = {
  KeptPhoto: z.strictObject(keptFields).describe('A photo that is kept for an order.'),
  WaitingOrder: waitingOrder,
  WaitingOrderPage: z.strictObject({
    orders: z.array(waitingOrder).describe('The oldest first.'),
    nextCursor: z.string().optional().describe('`cursor` of the next page; absent on the last one.'),
  }),
} as const;

const KEPT_AT = '2026-11-23T06:02:21.011Z';
const keptPhoto = {
  uploadId: 'upl_01m83fz1q3zzctwn61v8nq048z',
  style: 'charcoal',
  keptAt: KEPT_AT,
  expiresAt: '2026-12-23T06:02:21.011Z',
  waiting: false,
};
const orderedPhoto = {
  ...keptPhoto,
  expiresAt: '2027-12-28T06:10:40.730Z',
  orderIds: ['5123456789012'],
  waiting: true,
};

export const KEPT_PHOTO_EXAMPLES = {
  keepRequest: { style: 'charcoal' },
  drawRequest: { style: 'charcoal', options: { variation: 1 } },
  adminDrawRequest: { reason: 'The budget was used up on Sunday.' },
  keptPhoto,
  orderedPhoto,
  waitingOrders: {
    orders: [
      {
        ...orderedPhoto,
        shop: 'default',
        orderedAt: '2026-11-23T06:10:40.730Z',
        photoUrl: 'https://easel.example.com/objects/orders/default/upl_01m83fz1q3zzctwn61v8nq048z/photo',
      },
    ],
  },
};
