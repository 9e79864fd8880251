/**
 * What the API answers, by the schemas that its answers are held against. Types alone: nothing of the service's code
 * comes into the browser.
 */
import type { z } from 'zod';
import type { ADMIN_ANSWERS } from '../../../openapi/admin-answers.ts';
import type { BATCH_ANSWERS } from '../../../openapi/batch-answers.ts';
import type { KEPT_PHOTO_ANSWERS } from '../../../openapi/kept-photo-answers.ts';

export type Answer<N extends keyof typeof ADMIN_ANSWERS> = z.output<(typeof ADMIN_ANSWERS)[N]>;
export type KeptAnswer<N extends keyof typeof KEPT_PHOTO_ANSWERS> = z.output<(typeof KEPT_PHOTO_ANSWERS)[N]>;
export type Batch = z.output<(typeof BATCH_ANSWERS)['Batch']>;
export type Budget = Answer<'Budget'>;
export type Intake = Answer<'Intake'>;
export type Queue = Answer<'Queue'>;
export type Stats = Answer<'Stats'>;
export type Key = Answer<'Key'>;
export type Shop = Answer<'Shop'>;
export type Delivery = Answer<'Delivery'>;
export type AuditEntry = Answer<'AuditEntry'>;
export type Session = Answer<'ConsoleSession'>;
