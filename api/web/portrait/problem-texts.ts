/**
 * Which sentence a shopper reads for a code of the API or of a job. Codes that only a programmer's slip can cause, and any
 * that a later version adds, are "something went wrong on our side".
 */
import type { TextKey } from './texts.ts';

type ProblemKey = Extract<TextKey, `problem.${string}` | `photo.${string}`>;

const BY_CODE: { readonly [code: string]: ProblemKey } = {
  network: 'problem.network',

  unauthorized: 'problem.session',
  forbidden: 'problem.setup',
  signature_invalid: 'problem.setup',
  origin_not_allowed: 'problem.setup',
  challenge_failed: 'problem.challenge',
  sessions_exceeded: 'problem.visits',

  image_missing: 'photo.unreadable',
  image_empty: 'photo.unreadable',
  image_too_large: 'problem.large',
  image_too_many_pixels: 'problem.large',
  body_too_large: 'problem.large',
  image_type_unsupported: 'photo.not_picture',
  image_animated: 'photo.not_picture',
  heic_not_supported: 'photo.heic',
  image_unreadable: 'photo.unreadable',
  image_too_small: 'photo.too_small',
  style_unknown: 'problem.style',
  style_disabled: 'problem.style',
  option_unsupported: 'problem.style',
  output_expired: 'problem.gone',
  erased: 'problem.gone',
  not_found: 'problem.gone',

  quota_exceeded: 'problem.quota',
  photos_exceeded: 'problem.photos',
  budget_exhausted: 'problem.closed',
  intake_closed: 'problem.pause',
  overloaded: 'problem.busy',
  unavailable: 'problem.busy',

  content_blocked: 'problem.blocked',
  no_image: 'problem.later',
  unreadable_image: 'problem.later',
  rate_limited: 'problem.later',
  quota_exhausted: 'problem.later',
  connection_lost: 'problem.later',
  timeout: 'problem.later',
  interrupted: 'problem.later',
  storage_unavailable: 'problem.later',
  deadline_passed: 'problem.later',
  unknown: 'problem.later',
  model_retired: 'problem.ours',
  bad_key: 'problem.ours',
  crashed_repeatedly: 'problem.ours',
  invalid_input: 'problem.photo',
  input_unreadable: 'problem.photo',
  photo_unusable: 'problem.photo',
};

/** A job that ended in a way which is not known here was not counted, and may be tried again. */
export function problemText(code: string, { ofJob = false } = {}): ProblemKey {
  return BY_CODE[code] ?? (ofJob ? 'problem.later' : 'problem.trouble');
}
