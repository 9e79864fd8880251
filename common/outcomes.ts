/**
 * The one table of how an attempt can end without a picture: what the job becomes, whether it is tried again, whether
 * the provider bills it, what the shopper reads and what the operator should know. Nothing else in the code decides
 * this by code. Source of the rows: the Gemini API's statuses, block reasons and finish reasons (docs/outcomes.md).
 */
export interface OutcomeRow {
  /** State of the job when no further attempt follows. */
  readonly end: 'blocked' | 'failed';
  /**
   * `never`; `once` = one more attempt; `attempts` = as long as attempts are left. The others use no attempt up and end
   * with the deadline: `wait` = after a while; `resume` = at once; `fallback` = at once with the model's fallback, if
   * that can draw the same; `bulk` = at once by itself, outside of any upstream batch.
   */
  readonly retry: 'never' | 'once' | 'attempts' | 'wait' | 'resume' | 'fallback' | 'bulk';
  /**
   * What it tells of the model: `well` = it answered; `ill` = five in a row open its circuit; `out` = opens it at once;
   * `busy` = fewer calls at a time, and none before the provider's time; `nothing`.
   */
  readonly health: 'well' | 'ill' | 'out' | 'busy' | 'nothing';
  /** Whether the provider charges for such an answer, as far as its documentation says. */
  readonly billed: 'no' | 'yes' | 'possibly';
  /** For the shopper: what happened and what to do, no internals. */
  readonly message: string;
  /** For the operator. */
  readonly detail: string;
}

const TRY_LATER = 'The picture could not be made just now. Please try again in a few minutes; it has not been counted.';
const NOT_OURS_TO_MEND = 'The picture could not be made. It has not been counted; the shop has been told.';

export const OUTCOMES = {
  content_blocked: {
    end: 'blocked',
    retry: 'never',
    health: 'well',
    billed: 'possibly',
    message: 'The picture was declined by the safety rules of the image model. Please choose another photo or style.',
    detail: 'The provider blocked the prompt or the output (blockReason, or a safety finishReason).',
  },
  no_image: {
    end: 'failed',
    retry: 'once',
    health: 'well',
    billed: 'possibly',
    message: TRY_LATER,
    detail: 'The provider answered with success but without a picture.',
  },
  unreadable_image: {
    end: 'failed',
    retry: 'once',
    health: 'well',
    billed: 'yes',
    message: TRY_LATER,
    detail: 'The picture that the provider sent does not decode completely.',
  },
  rate_limited: {
    end: 'failed',
    retry: 'wait',
    health: 'busy',
    billed: 'no',
    message: TRY_LATER,
    detail: '429 per minute. Fewer calls are made at a time, and none before the time in RetryInfo.',
  },
  quota_exhausted: {
    end: 'failed',
    retry: 'resume',
    health: 'out',
    billed: 'no',
    message: TRY_LATER,
    detail:
      "The provider's daily quota or spend limit is used up (429 per day, 402). Its fallback draws instead where it can; else the queue is paused.",
  },
  overloaded: {
    end: 'failed',
    retry: 'attempts',
    health: 'ill',
    billed: 'no',
    message: TRY_LATER,
    detail: 'The provider answered 500, 502, 503 or 504, or could not be connected to.',
  },
  connection_lost: {
    end: 'failed',
    retry: 'attempts',
    health: 'ill',
    billed: 'possibly',
    message: TRY_LATER,
    detail: 'The connection broke after the request was sent, or the answer was cut off.',
  },
  timeout: {
    end: 'failed',
    retry: 'attempts',
    health: 'ill',
    billed: 'possibly',
    message: TRY_LATER,
    detail: 'No complete answer within the time that a call may take.',
  },
  interrupted: {
    end: 'failed',
    retry: 'resume',
    health: 'nothing',
    billed: 'possibly',
    message: TRY_LATER,
    detail: 'The worker was stopped during the call. The job goes on without using up an attempt.',
  },
  storage_unavailable: {
    end: 'failed',
    retry: 'attempts',
    health: 'nothing',
    billed: 'yes',
    message: TRY_LATER,
    detail: 'The bucket could not be read or written. If the model was asked, its picture is lost and paid for.',
  },
  model_retired: {
    end: 'failed',
    retry: 'fallback',
    health: 'out',
    billed: 'no',
    message: NOT_OURS_TO_MEND,
    detail: 'The provider does not know the model (404). Its fallback draws instead where it can; set another model.',
  },
  bad_key: {
    end: 'failed',
    retry: 'never',
    health: 'nothing',
    billed: 'no',
    message: NOT_OURS_TO_MEND,
    detail: 'The provider refuses the key (401, 403).',
  },
  invalid_input: {
    end: 'failed',
    retry: 'never',
    health: 'well',
    billed: 'no',
    message: 'This photo or wish cannot be drawn. Please choose another photo or style; it has not been counted.',
    detail: 'The provider refuses the request (400).',
  },
  input_unreadable: {
    end: 'failed',
    retry: 'never',
    health: 'nothing',
    billed: 'no',
    message: 'This photo could not be opened: it is damaged or incomplete. Please save it again and retry.',
    detail: 'The stored photo does not decode completely, or its hash differs from the submitted one.',
  },
  crashed_repeatedly: {
    end: 'failed',
    retry: 'never',
    health: 'nothing',
    billed: 'possibly',
    message: NOT_OURS_TO_MEND,
    detail: 'The worker ended unexpectedly during several attempts at this job. Look at its photo before a retry.',
  },
  photo_unusable: {
    end: 'failed',
    retry: 'never',
    health: 'nothing',
    billed: 'no',
    message: 'The photo cannot be taken. Please send another one.',
    detail: 'The photo of an item of a batch was refused when the item became a job; the job says why.',
  },
  photo_unreachable: {
    end: 'failed',
    retry: 'never',
    health: 'nothing',
    billed: 'no',
    message: 'The photo did not come from its address. Please send it again.',
    detail: 'The address of an item of a batch did not answer with a photo, three times.',
  },
  batch_unanswered: {
    end: 'failed',
    retry: 'bulk',
    health: 'nothing',
    billed: 'no',
    message: TRY_LATER,
    detail: 'The upstream batch was refused, or ended without an answer for this item. Bulk draws it.',
  },
  batch_lost: {
    end: 'failed',
    retry: 'bulk',
    health: 'nothing',
    billed: 'possibly',
    message: TRY_LATER,
    detail:
      'The upstream batch brought no answer that could be read in the time of the economy lane. Bulk draws it; what the batch cost is added when it is learnt.',
  },
  deadline_passed: {
    end: 'failed',
    retry: 'never',
    health: 'nothing',
    billed: 'no',
    message: TRY_LATER,
    detail: 'The job was not done by its deadline.',
  },
  unknown: {
    end: 'failed',
    retry: 'once',
    health: 'nothing',
    billed: 'possibly',
    message: TRY_LATER,
    detail: 'An answer or a fault that this table does not know.',
  },
} as const satisfies Record<string, OutcomeRow>;

export type OutcomeCode = keyof typeof OUTCOMES;
