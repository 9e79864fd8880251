/**
 * What the API answers, as schemas: the OpenAPI document is made from them, and the tests hold real answers against
 * them, so that a member nobody has described fails. The texts are what the reader of the document sees.
 */
import { z } from 'zod';
import { PROBLEMS, type ProblemCode } from '../../common/errors.ts';
import { ADMIN_ANSWERS } from './admin-answers.ts';
import { BATCH_ANSWERS } from './batch-answers.ts';
import { JOB_ANSWERS } from './job-answers.ts';
import { KEPT_PHOTO_ANSWERS } from './kept-photo-answers.ts';
import { PRIVACY_ANSWERS } from './privacy-answers.ts';

const moment = z.iso.datetime();
const count = z.int().min(0);
const resetAt = moment.describe('When the day ends (midnight UTC) and new pictures are available.');

const style = z.strictObject({
  id: z.string().describe('The `style` of a submit.'),
  label: z.string(),
  description: z.string(),
  version: z.int().min(1).describe('A new version never hands out an older picture.'),
  aspectRatio: z.string(),
  size: z.string(),
  minSidePx: z.int().min(1).describe('The photo needs so many pixels on its shorter side.'),
  pool: z.enum(['named', 'custom']).describe('The quota that a picture counts against.'),
});

const quotaPool = z.strictObject({
  limit: count.nullable().describe('Pictures a day; null without a limit.'),
  remaining: count.nullable().describe('Pictures left today; null without a limit.'),
  resetAt,
  warningLevel: z.int().min(1).max(4).describe('1 say nothing, 2 a reminder, 3 a warning (two left), 4 used up.'),
});

const quota = z
  .strictObject({
    pools: z.strictObject({
      named: quotaPool.describe('Styles of the list.'),
      custom: quotaPool.describe('Own prompts.'),
    }),
  })
  .describe("What is left of a shopper's day.");

const firestoreAccess = z
  .strictObject({
    projectId: z.string().describe('Of the Firebase project.'),
    databaseId: z.string().describe('`(default)`, or the name of another database of the project.'),
    token: z.string().describe('Custom token of Firebase Auth: good for one hour, for `signInWithCustomToken`.'),
  })
  .describe("What a page needs to read its session's jobs, `jobs/{id}`, by the Firebase SDK.");

const session = z.strictObject({
  token: z.string().describe('The bearer of this session.'),
  expiresAt: moment.describe('24 hours from now.'),
  firestore: firestoreAccess
    .nullable()
    .optional()
    .describe('Where the request asked for it; null where the service keeps no documents in Firestore.'),
});

const upload = z.strictObject({
  uploadId: z.string().regex(/^upl_[a-z0-9]{26}$/),
  url: z.url().describe('Signed address that takes the photo once.'),
  method: z.literal('PUT'),
  headers: z.record(z.string(), z.string()).describe('Send exactly these.'),
  expiresAt: moment.describe('15 minutes from now.'),
});

const works = z.enum(['ok', 'failing']);
const readiness = z.strictObject({ status: z.enum(['ready', 'not ready']), store: works, queue: works, bucket: works });

const problemCode = z
  .enum(Object.keys(PROBLEMS) as ProblemCode[])
  .describe('What went wrong. These names stay; more may come.');

const fieldError = z.strictObject({
  pointer: z.string().describe('JSON pointer to the field or parameter, such as `/options/size`.'),
  detail: z.string(),
});

const problem = z
  .strictObject({
    type: z.literal('about:blank'),
    title: z.string().describe('What to do, for people; the same for each `code`.'),
    status: z.int().min(400).max(599),
    code: problemCode,
    detail: z.string().optional().describe('A more precise sentence for this case.'),
    errors: z.array(fieldError).optional().describe('One entry for each bad field.'),
    resetAt: resetAt.optional(),
    pool: z.enum(['named', 'custom']).optional().describe('With `quota_exceeded`: which quota.'),
  })
  .describe('Why a request was refused (RFC 9457). Act on `code`.');

/** By the names that the document and generated clients give them. */
export const ANSWERS = {
  ...JOB_ANSWERS,
  ...BATCH_ANSWERS,
  ...ADMIN_ANSWERS,
  ...PRIVACY_ANSWERS,
  Style: style,
  StyleList: z.strictObject({ styles: z.array(style) }),
  Quota: quota,
  QuotaPool: quotaPool,
  Session: session,
  FirestoreAccess: firestoreAccess,
  Upload: upload,
  ...KEPT_PHOTO_ANSWERS,
  Health: z.strictObject({ status: z.literal('ok') }),
  Readiness: readiness,
  Problem: problem,
  ProblemCode: problemCode,
  FieldError: fieldError,
} as const;

export type AnswerName = keyof typeof ANSWERS;
