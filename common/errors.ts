/**
 * The one table of what the API can refuse and why: code → HTTP status and public sentence. Nobody writes a status
 * elsewhere. The sentence says what to do; `detail` at the throw may make it more precise, never leak internals.
 */
export const PROBLEMS = {
  // Who is asking
  unauthorized: { status: 401, title: 'Send a valid key or session token as "Authorization: Bearer …".' },
  forbidden: { status: 403, title: 'This key may not do that. Use a key of the kind that the documentation names.' },
  signature_invalid: {
    status: 401,
    title: "This call does not bear the shop's signature, or is older than 90 seconds. Call through its App Proxy.",
  },
  origin_not_allowed: {
    status: 403,
    title: 'This page may not do that: its origin is not among those of the shop, or not the one of this session.',
  },
  challenge_failed: { status: 403, title: 'The challenge was not solved. Let the page ask for a new one and send it.' },
  url_invalid: { status: 403, title: 'This address is incomplete or was changed. Ask the API for a fresh one.' },
  url_expired: { status: 403, title: 'This address has expired. Ask the API for a fresh one.' },

  // What is asked for
  not_found: { status: 404, title: 'There is nothing at this address, or it belongs to somebody else.' },
  route_not_found: { status: 404, title: 'The API has no such route. See the documentation for the list.' },
  method_not_allowed: {
    status: 405,
    title: 'This route does not take that method. The Allow header lists those it does.',
  },
  output_not_ready: { status: 409, title: 'The job has no picture (yet). Look at its status first.' },
  output_expired: {
    status: 410,
    title: 'The picture was kept for 30 days after its last use and is gone. Submit again.',
  },
  input_not_kept: { status: 410, title: 'The photo of this job is not kept (any more).' },
  erased: { status: 410, title: 'Photo, picture and prompt of this job were erased.' },
  being_erased: {
    status: 409,
    title: 'Everything of this customer is being erased. Submit again when that is done.',
  },
  not_released: {
    status: 403,
    title: 'The shop shows the whole picture once it is ordered. Ask for the preview: ?variant=preview.',
  },
  orders_full: { status: 409, title: 'This picture is part of as many orders as one can be.' },
  range_not_satisfiable: { status: 416, title: 'The object is shorter than the range asked for.' },

  // The request's form
  request_malformed: { status: 400, title: 'This cannot be read as an HTTP request.' },
  headers_too_large: { status: 431, title: 'The headers of this request are larger than 16 KiB.' },
  request_timeout: { status: 408, title: 'The request took too long to arrive. Send it again.' },
  body_invalid: { status: 400, title: 'The body cannot be read as its Content-Type says.' },
  fields_invalid: {
    status: 400,
    title: 'Some fields are missing, unknown or wrong; "errors" lists each with what to do.',
  },
  batch_invalid: {
    status: 400,
    title: 'Some items are not valid, so that none was taken in; "errors" lists them with what to do.',
  },
  batch_cost_exceeded: {
    status: 422,
    title: 'The batch is expected to cost more than maxCostUsd. Nothing was taken in.',
  },
  body_too_large: { status: 413, title: 'The body is larger than this route takes.' },
  content_type_unsupported: { status: 415, title: 'Send multipart/form-data or application/json.' },
  idempotency_key_invalid: { status: 400, title: 'Idempotency-Key takes 1 to 255 printable ASCII characters.' },
  idempotency_key_reused: {
    status: 422,
    title: 'This Idempotency-Key was used for a different request. Use a new key for a new request.',
  },

  // The photo
  image_missing: {
    status: 400,
    title: 'Send one photo: the multipart file "image", or JSON {"image": {"data": "…base64…"}}.',
  },
  image_empty: { status: 400, title: 'The photo is an empty file.' },
  image_too_large: { status: 413, title: 'The photo is larger than 20 MiB. Save it smaller and send it again.' },
  image_type_unsupported: { status: 415, title: 'Only JPEG, PNG and WebP photos are taken.' },
  heic_not_supported: {
    status: 415,
    title: 'HEIC and AVIF photos are not taken. Save or export the photo as JPEG; phones offer "Most compatible".',
  },
  image_animated: { status: 415, title: 'Animated pictures are not taken. Send a single frame.' },
  image_unreadable: { status: 400, title: 'The photo is damaged or incomplete. Save it again and send it anew.' },
  image_too_many_pixels: {
    status: 413,
    title: 'The photo has too many pixels (JPEG up to 50 megapixels, PNG and WebP up to 25, 10,000 a side). Shrink it.',
  },
  image_too_small: { status: 400, title: 'The photo is too small for this style. Send one with more pixels.' },
  image_url_refused: {
    status: 422,
    title: "The photo's address is not taken: it has to be https, without a port, user name or redirect.",
  },
  image_url_unreachable: {
    status: 422,
    title: 'The photo did not come from its address. It has to be public and has to answer within 10 seconds.',
  },

  // The wish
  style_unknown: { status: 400, title: 'There is no such style. GET /v1/styles lists them.' },
  style_disabled: {
    status: 400,
    title: 'This style is switched off at the moment. GET /v1/styles lists those available.',
  },
  prompt_not_allowed: {
    status: 403,
    title: 'This shop takes no wishes in own words. GET /v1/styles lists its styles.',
  },
  option_unsupported: { status: 400, title: 'The model of this style cannot draw that size or aspect ratio.' },

  // Limits
  quota_exceeded: {
    status: 429,
    title: 'The pictures of this day are used up. "resetAt" tells when new ones are available.',
  },
  sign_ins_exceeded: {
    status: 429,
    title: 'Too many sign-ins from this address have failed. Try again after the time in Retry-After.',
  },
  exports_exceeded: {
    status: 429,
    title: 'Too many exports were asked for. Try again after the time in Retry-After.',
  },
  photos_exceeded: {
    status: 429,
    title: 'As many photos are kept for orders as can be on one day. "resetAt" tells when there is room again.',
  },
  sessions_exceeded: {
    status: 429,
    title: 'Too many new sessions were opened from this address. Try again after the time in Retry-After.',
  },
  budget_exhausted: { status: 503, title: 'No more pictures are made today. Try again after the time in Retry-After.' },
  intake_closed: { status: 503, title: 'No jobs are taken at the moment. Try again later.' },
  overloaded: { status: 503, title: 'The service is busy. Try again after the time in Retry-After.' },
  unavailable: { status: 503, title: 'The service cannot take this right now; nothing was stored. Try again shortly.' },

  // Of the earlier service's routes, which answer with the picture itself
  picture_blocked: { status: 400, title: 'The safety filters have refused this. Try another photo or wish.' },
  picture_failed: { status: 500, title: 'No picture came of this. Nothing was charged; try again in a minute.' },
  picture_pending: {
    status: 503,
    title: 'The picture is still being made. Send the same request again to wait for it; nothing is charged twice.',
  },

  // Direct uploads
  upload_unknown: { status: 400, title: 'There is no such upload, or it is older than a day. Ask for a new one.' },
  upload_not_done: { status: 400, title: 'Nothing has been uploaded there yet. PUT the photo first, then submit.' },
  upload_exists: { status: 409, title: 'Something was uploaded to this address already. Ask the API for a new one.' },
  upload_too_long: { status: 413, title: 'The upload is longer than it was announced.' },
  upload_too_short: { status: 400, title: 'The upload is shorter than it was announced.' },
  upload_type_mismatch: { status: 415, title: 'The upload has another Content-Type than was announced.' },

  // What operators change
  shop_exists: { status: 409, title: 'There is a shop of this id already. Change it, or take another id.' },
  shops_full: { status: 409, title: 'There are as many shops as the service takes.' },
  last_admin_key: {
    status: 409,
    title: 'This is the last admin key that may manage keys. Make another one first, then revoke this one with it.',
  },
  precondition_required: {
    status: 428,
    title: 'Send If-Match with the ETag of what you saw, so that a second press does nothing.',
  },
  precondition_failed: { status: 412, title: 'It has changed since you looked. Look again, then decide.' },
  not_retryable: { status: 409, title: 'This job cannot be tried again; "why" tells the reason.' },
  plan_outdated: { status: 409, title: 'This plan is older than an hour. Plan again, look, then apply.' },
  request_running: { status: 409, title: 'This request is being carried out, and ends by itself.' },
  style_exists: { status: 409, title: 'There is a style of this id already. Edit it, or take another id.' },
  styles_full: { status: 409, title: 'There are as many styles as the service takes.' },
  style_not_published: {
    status: 409,
    title: 'This style was never published: publish its draft first, or remove the style.',
  },
  style_published: { status: 409, title: 'This style was sold already, and jobs name it. Switch it off instead.' },
  nothing_to_publish: {
    status: 409,
    title: 'There is no draft, or nothing would change by it. Edit the style first.',
  },
  draft_missing: { status: 409, title: 'This style has no draft. Edit the style first.' },
  price_not_confirmed: {
    status: 409,
    title: 'The picture is expected to cost what "costUsd" says. Send that as confirmUsd to have it drawn.',
  },
  delivery_under_way: { status: 409, title: 'This event is being sent at this moment. Try again in half a minute.' },

  internal: { status: 500, title: 'Something went wrong on our side. Try again; if it stays, tell us the Request-Id.' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

export interface ProblemOptions extends ErrorOptions {
  /** A more precise sentence for this case. */
  readonly detail?: string;
  /** One entry a bad field; `pointer` is a JSON pointer into the body, such as `/options/size`. */
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  /** Further public members, such as `resetAt`. */
  readonly members?: { readonly [name: string]: string | number };
  readonly headers?: { readonly [name: string]: string };
}

/** A refusal that the caller may read; the API renders it as `application/problem+json` (RFC 9457). */
export class ProblemError extends Error {
  readonly code: ProblemCode;
  readonly options: ProblemOptions;

  constructor(code: ProblemCode, options: ProblemOptions = {}) {
    super(options.detail ?? PROBLEMS[code].title, options);
    this.name = 'ProblemError';
    this.code = code;
    this.options = options;
  }
}
