/**
 * What an operator may have a retry do otherwise: another model, other options, or against the guards.
 */
import { z } from 'zod';
import { refuseField } from '../../common/field-errors.ts';
import type { RetryWish } from '../../common/jobs/retry.ts';
import type { Api } from '../api.ts';

const VARIATION_MAX = 9;

export const wishFields = {
  model: z.string().min(1).max(128).optional(),
  options: z
    .strictObject({
      aspectRatio: z.string().max(16).optional(),
      size: z.string().max(16).optional(),
      variation: z.int().min(0).max(VARIATION_MAX).optional(),
    })
    .optional(),
  force: z.boolean().optional(),
};

/** Whether a model can draw a job's size and ratio is judged with the job. */
export function checkWish({ engine }: Pick<Api, 'engine'>, { model }: RetryWish): void {
  if (model === undefined || engine.catalogue.has(model)) return;
  refuseField('model', `expected one of ${[...engine.catalogue.keys()].join(', ')}`);
}
