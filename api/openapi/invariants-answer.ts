/**
 * What the self-check answers, as a schema; part of `admin-answers.ts`.
 */
import { z } from 'zod';
import { FINDINGS, type FindingCode } from '../../common/self-check/findings.ts';

export const invariants = z.strictObject({
  ok: z.boolean().describe('Whether no fault was found; notes do not count.'),
  at: z.iso.datetime(),
  looked: z
    .strictObject({ jobs: z.int().min(0), photos: z.int().min(0) })
    .describe('How many of the newest ended jobs, and of the stored photos, were looked at one by one.'),
  findings: z.array(
    z.strictObject({
      code: z.enum(Object.keys(FINDINGS) as [FindingCode, ...FindingCode[]]),
      severity: z.enum(['fault', 'note']),
      what: z.string(),
      todo: z.string().describe('What to do about it.'),
      count: z.int().min(1),
      examples: z.array(z.string()).describe('Some of the jobs, queues or paths it concerns.'),
    }),
  ),
});
