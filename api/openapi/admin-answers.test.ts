/**
 * The examples of the operators' routes are what their schemas take and answer.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import { overrideFields } from '../admin/budget.ts';
import { applyFields, planFields } from '../admin/bulk.ts';
import { costsRebuildFields } from '../admin/costs-check.ts';
import { replayFields } from '../admin/deliveries.ts';
import { closeFields } from '../admin/intake.ts';
import { actFields, retryFields } from '../admin/job-actions.ts';
import { keyFields, revokeFields } from '../admin/keys.ts';
import { ceilingFields, holdFields } from '../admin/provider.ts';
import { pauseFields, resumeFields } from '../admin/queues.ts';
import { newShopFields, shopFields } from '../admin/shops.ts';
import * as styles from '../admin/styles.ts';
import { tryFields } from '../admin/try-style.ts';
import { rotateFields } from '../admin/webhook-secret.ts';
import { ADMIN_ANSWERS } from './admin-answers.ts';
import { ADMIN_EXAMPLES } from './admin-examples.ts';
import { adminComponents } from './admin-requests.ts';

const test = suite('openapi of the operators');

const SCHEMAS: { readonly [example in keyof typeof ADMIN_EXAMPLES]: z.ZodType } = {
  keyRequest: keyFields,
  storefrontKeyRequest: keyFields,
  consoleSession: ADMIN_ANSWERS.ConsoleSession,
  newKey: ADMIN_ANSWERS.NewKey,
  keyPage: ADMIN_ANSWERS.KeyPage,
  revokeRequest: revokeFields,
  revokedKey: ADMIN_ANSWERS.Key,
  newShopRequest: newShopFields,
  shopRequest: shopFields,
  shop: ADMIN_ANSWERS.Shop,
  shopPage: ADMIN_ANSWERS.ShopPage,
  newStyleRequest: styles.newStyleFields,
  draftRequest: styles.draftFields,
  switchRequest: styles.switchFields,
  publishRequest: styles.publishFields,
  restoreRequest: styles.publishFields,
  styleReasonRequest: styles.styleReasonFields,
  styleOrderRequest: styles.orderFields,
  tryRequest: tryFields.extend({ image: z.strictObject({ data: z.base64() }) }),
  madeStyle: ADMIN_ANSWERS.AdminStyle,
  publishedStyle: ADMIN_ANSWERS.AdminStyle,
  styleOff: ADMIN_ANSWERS.AdminStyle,
  editedStyle: ADMIN_ANSWERS.AdminStyle,
  adminStyleList: ADMIN_ANSWERS.AdminStyleList,
  styleVersionList: ADMIN_ANSWERS.StyleVersionList,
  formatList: ADMIN_ANSWERS.FormatList,
  overrideRequest: overrideFields,
  budget: ADMIN_ANSWERS.Budget,
  raisedBudget: ADMIN_ANSWERS.Budget,
  costs: ADMIN_ANSWERS.Costs,
  costsCheck: ADMIN_ANSWERS.CostsCheck,
  costsRebuilt: ADMIN_ANSWERS.CostsCheck,
  costsRebuildRequest: costsRebuildFields,
  intakeRequest: closeFields,
  intakeOpen: ADMIN_ANSWERS.Intake,
  intakeClosed: ADMIN_ANSWERS.Intake,
  pauseRequest: pauseFields,
  resumeRequest: resumeFields,
  queueList: ADMIN_ANSWERS.QueueList,
  runningQueue: ADMIN_ANSWERS.Queue,
  pausedQueue: ADMIN_ANSWERS.Queue,
  rotateRequest: rotateFields,
  webhookSecret: ADMIN_ANSWERS.WebhookSecret,
  replayRequest: replayFields,
  deliveryPage: ADMIN_ANSWERS.DeliveryPage,
  replayedDelivery: ADMIN_ANSWERS.Delivery,
  auditPage: ADMIN_ANSWERS.AuditPage,
  stats: ADMIN_ANSWERS.Stats,
  soundInvariants: ADMIN_ANSWERS.Invariants,
  invariants: ADMIN_ANSWERS.Invariants,
  adminJobPage: ADMIN_ANSWERS.AdminJobPage,
  adminJob: ADMIN_ANSWERS.AdminJob,
  jobTally: ADMIN_ANSWERS.JobTally,
  retryRequest: retryFields,
  retryOtherwiseRequest: retryFields,
  retriedJob: ADMIN_ANSWERS.AdminJob,
  actRequest: actFields,
  bulkPlanRequest: planFields,
  bulkPlanned: ADMIN_ANSWERS.BulkPlanned,
  bulkApplyRequest: applyFields,
  bulkRunning: ADMIN_ANSWERS.BulkAction,
  bulkAborted: ADMIN_ANSWERS.BulkAction,
  bulkPage: ADMIN_ANSWERS.BulkPage,
  holdRequest: holdFields,
  modelList: ADMIN_ANSWERS.ModelList,
  heldModel: ADMIN_ANSWERS.Model,
  freeModel: ADMIN_ANSWERS.Model,
  ceilingRequest: ceilingFields,
  ceilingSet: ADMIN_ANSWERS.Ceiling,
  ceilingClear: ADMIN_ANSWERS.Ceiling,
};

test('every example is one that the service takes or answers', () => {
  for (const [name, schema] of Object.entries(SCHEMAS)) {
    const parsed = schema.safeParse(ADMIN_EXAMPLES[name as keyof typeof ADMIN_EXAMPLES]);
    assert.ok(parsed.success, `${name}: ${parsed.error && z.prettifyError(parsed.error)}`);
  }
});

test('requests are closed', () => {
  for (const [name, schema] of Object.entries(adminComponents())) assert.is(schema.additionalProperties, false, name);
});

test.run();
