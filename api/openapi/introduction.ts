/**
 * The text above the operations: all that a developer of a shop has to know, in the order in which it is needed. The
 * example for the page is run by `tests/openapi.test.ts` as it stands here.
 */
import { PROBLEMS, type ProblemCode } from '../../common/errors.ts';

/** What only the earlier service's routes refuse with. */
export const LEGACY_PROBLEMS: readonly ProblemCode[] = ['picture_blocked', 'picture_failed', 'picture_pending'];

/** What the signed addresses below `/objects/` refuse; their form is the bucket's own, so they are no operations. */
export const OBJECT_PROBLEMS: readonly ProblemCode[] = [
  'url_invalid',
  'url_expired',
  'not_found',
  'range_not_satisfiable',
  'upload_type_mismatch',
  'upload_too_long',
  'upload_too_short',
  'upload_exists',
  'overloaded',
  'unavailable',
];

/** What is refused before a route is found. */
export const ROUTING_PROBLEMS: readonly ProblemCode[] = [
  'route_not_found',
  'method_not_allowed',
  'request_malformed',
  'headers_too_large',
  'request_timeout',
];

/** Runs in a page; `base` is where the API is. */
export function pageExample(base: string): string {
  return `
const easel = '${base}';

async function call(path, token, { headers, ...rest } = {}) {
  const answer = await fetch(easel + path, { ...rest, headers: { Authorization: \`Bearer \${token}\`, ...headers } });
  const body = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(body.detail ?? body.title), body); // act on error.code
  return body;
}

async function draw(file, style, onChange) {
  const { token } = await call('/v1/sessions', 'pk_…', { method: 'POST' }); // once, then keep and renew it

  const form = new FormData();
  form.set('style', style);
  form.set('image', file); // of <input type="file">
  const headers = { 'Idempotency-Key': crypto.randomUUID() }; // the same one when you send this form again
  let job = await call('/v1/jobs', token, { method: 'POST', body: form, headers });

  while (!job.done) {
    onChange(job);
    await new Promise(resolve => setTimeout(resolve, job.pollAfterMs));
    job = await call(\`/v1/jobs/\${job.id}\`, token);
  }
  if (job.status !== 'succeeded') throw new Error(job.error?.message ?? job.status);
  return job.output; // <img src={output.url} width={output.width} height={output.height}>
}
`.trim();
}

export function introduction(base = 'https://easel.example.com'): string {
  return `
Easel turns a customer's photo into artwork: submit a photo and a style, wait for the job, show the picture.

## In a page

\`\`\`js
${pageExample(base)}
\`\`\`

## On a server

\`\`\`sh
curl -H "Authorization: Bearer $SERVER_KEY" -H "Idempotency-Key: order-1001" \\
     -F style=ink-wash -F customerId=7 -F image=@photo.jpg ${base}/v1/jobs
curl -H "Authorization: Bearer $SERVER_KEY" -H "Prefer: wait=20" ${base}/v1/jobs/job_…
\`\`\`

## Keys

Send one as \`Authorization: Bearer …\`. Started on one machine, Easel writes its keys to \`DATA_DIR/keys.json\`.

| key | for |
|---|---|
| storefront, \`pk_…\` | a page: opens sessions and nothing else, so it may be public |
| session token | one shopper's browser, 24 hours, to be renewed for a week: its own jobs |
| server, \`sk_…\` | the shop's own server: all jobs of the shop; may name the shopper (\`customerId\`) |
| admin, \`ak_…\` | operators |

A page has to be at an origin that its shop lists, and a session's page at the one where it was opened; from elsewhere, and
with a server or admin key from any page, a call answers 403 \`origin_not_allowed\`. A key may be limited to reading.

## Waiting

A job goes \`queued\`, \`running\`, and ends. Key on \`done\` and ask again after \`pollAfterMs\`, or hold the request with
\`Prefer: wait=20\`. With \`If-None-Match\` an unchanged job costs a 304. \`queue\` tells place and time. To be told instead
of asking, read \`GET /v1/jobs/{id}/events\`; on Google Cloud a page can watch its jobs in Firestore: see
\`POST /v1/sessions\`.

\`output.url\` works without a header for at least 45 minutes; get the job again for a fresh one, or link to
\`GET /v1/jobs/{id}/output\`, which redirects to one.

## Sending again

Send a submit with an \`Idempotency-Key\`, and send it again with the same key when no answer came: it finds the same job.
Everything else can be sent again as it is.

## Refusals

Every refusal is \`application/problem+json\` with a stable \`code\`; \`title\` says what to do, \`detail\` says it more
precisely, and \`errors\` names each bad field. Unknown fields of a request are refused, so that a slip of the pen does not
go unnoticed; unknown members of an answer are to be ignored, as more may come. Come back after \`Retry-After\` when there
is one. Tell us the \`Request-Id\` of an answer that you do not understand.

${table(ROUTING_PROBLEMS)}

## Signed addresses

Addresses below \`/objects/\` come from answers (\`output.url\`, \`previewUrl\`, \`url\` of an upload, \`Location\` of a
redirect). Take them as they are: their form differs between platforms. They carry their own permission, so send no key.
Pictures answer \`GET\` and \`HEAD\`, with \`ETag\` and ranges, and can be shown on any page (read by scripts only on the
shop's own, as everything here); an upload takes one \`PUT\` with exactly the
headers of its answer. They refuse with:

${table(OBJECT_PROBLEMS)}

## Coming from the earlier service

Where the operator has set \`LEGACY_API=on\`, the earlier service's routes below \`/api/v1/\` answer in their old form, with
\`{"detail": "…"}\` for a refusal. They are deprecated and not part of this description: \`docs/migrating.md\` has them. Beyond
the refusals of a submit they have:

${table(LEGACY_PROBLEMS)}
`.trim();
}

function table(codes: readonly ProblemCode[]): string {
  const rows = codes.map(code => `| ${PROBLEMS[code].status} | \`${code}\` | ${PROBLEMS[code].title} |`);
  return ['| status | code | what to do |', '|---|---|---|', ...rows].join('\n');
}
