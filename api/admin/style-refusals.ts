/**
 * What a change of a style that is not made answers.
 */
import type { Outcome } from '../../common/audit.ts';
import { ProblemError } from '../../common/errors.ts';
import { refuseField } from '../../common/field-errors.ts';
import type { Edited } from '../../common/styles/edit-style.ts';
import type { NotPublished } from '../../common/styles/publish-style.ts';
import type { Style } from '../../common/styles.ts';

type Refused = NotPublished | 'exists' | 'too many' | 'never published' | 'published';

export function orRefuse(outcome: Edited<Refused> | Outcome<Style, Refused>): Style {
  if ('unfit' in outcome) return refuseField(outcome.unfit, outcome.why);
  if (!('refused' in outcome)) return outcome.document;
  throw refusalOf(outcome.refused);
}

export function refusalOf(refused: Refused): ProblemError {
  switch (refused) {
    case 'missing':
      return new ProblemError('not_found');
    case 'changed':
      return new ProblemError('precondition_failed');
    case 'exists':
      return new ProblemError('style_exists');
    case 'too many':
      return new ProblemError('styles_full');
    case 'never published':
      return new ProblemError('style_not_published');
    case 'published':
      return new ProblemError('style_published');
    case 'no draft':
      return new ProblemError('draft_missing');
    case 'as it is sold':
      return new ProblemError('nothing_to_publish');
    case 'no such version':
      return refuseField('version', 'expected one of GET /v1/admin/styles/{id}/versions');
    case 'cannot be drawn':
      return new ProblemError('option_unsupported');
  }
}
