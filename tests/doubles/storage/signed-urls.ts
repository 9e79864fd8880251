/**
 * The signed URLs of the storage double: `/<bucket>/<object>?X-Goog-…`, for clients without an account.
 */
import { ApiFault, badRequest, missingBucket } from './api-fault.ts';
import type { Answer, Exchange, Operation, Route } from './exchange.ts';
import type { ServiceAccount } from './identity.ts';
import { mediaAnswer } from './media.ts';
import type { ObjectStore } from './objects.ts';
import { checkSignature } from './v4-signature.ts';

export interface SignedUrlOptions {
  readonly bucketName: string;
  readonly objects: ObjectStore;
  readonly account: ServiceAccount;
  readonly now: () => number;
}

const OBJECT = /^\/([^/]+)\/(.+)$/;
const OPERATIONS: { readonly [method: string]: Operation } = {
  GET: 'signedGet',
  HEAD: 'signedGet',
  PUT: 'signedPut',
  POST: 'signedOther',
  DELETE: 'signedOther',
};

export function signedUrlRoutes({ bucketName, objects, account, now }: SignedUrlOptions): Route[] {
  return Object.entries(OPERATIONS).map(([method, operation]) => ({
    operation,
    method,
    path: OBJECT,
    handle: (exchange, [bucket, name = '']) => {
      checkSignature(exchange, { account, now });
      if (bucket !== bucketName) throw missingBucket();
      if (operation === 'signedGet') return withDisposition(mediaAnswer(objects.find(name), exchange), exchange);
      if (operation === 'signedPut') return receive(objects, name, exchange);
      throw badRequest('The double serves GET, HEAD and PUT only.');
    },
  }));
}

function withDisposition(answer: Answer, { query }: Exchange): Answer {
  const disposition = query.get('response-content-disposition');
  if (disposition === null || answer.status >= 300) return answer;
  return { ...answer, headers: { ...answer.headers, 'content-disposition': disposition } };
}

function receive(objects: ObjectStore, name: string, { headers, body, tamper }: Exchange): Answer {
  const header = (key: string) => (typeof headers[key] === 'string' ? headers[key] : undefined);
  checkLength(header('x-goog-content-length-range'), body.length);
  const generation = header('x-goog-if-generation-match');
  const customTime = header('x-goog-custom-time');
  const object = objects.insert(
    name,
    {
      bytes: tamper(body),
      contentType: header('content-type') ?? 'application/octet-stream',
      ...(customTime === undefined ? {} : { customTime }),
    },
    { ifGenerationMatch: generation === undefined ? undefined : Number(generation) },
  );
  return { status: 200, headers: { etag: `"${object.md5Hash}"`, 'x-goog-generation': String(object.generation) } };
}

function checkLength(range: string | undefined, bytes: number): void {
  if (range === undefined) return;
  const [min = 0, max = 0] = range.split(',').map(Number);
  const [code, word] = bytes < min ? ['EntityTooSmall', 'smaller'] : ['EntityTooLarge', 'larger'];
  if (bytes >= min && bytes <= max) return;
  throw new ApiFault(400, { reason: code, message: `Your proposed upload is ${word} than allowed.` });
}
