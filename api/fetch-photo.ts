/**
 * Fetches a photo from the address that a submit names. What went wrong is told as far as the caller may know: an
 * address that is forbidden and one where nobody answers get the same sentence, so that submits map no internal network.
 */

import { PHOTO_BYTES_MAX } from '../common/check-photo.ts';
import { ProblemError } from '../common/errors.ts';
import { OutboundError } from '../common/outbound/outbound-error.ts';
import type { Api } from './api.ts';

const FETCH_MS = 10_000;
const RETRY_S = 5;

/** Throws the refusal that fits. The bytes may be anything. */
export async function fetchPhoto(api: Api, url: string, { requestId }: { requestId: string }): Promise<Buffer> {
  const limits = { bytesMax: PHOTO_BYTES_MAX, timeoutMs: FETCH_MS, signal: api.closing };
  return api.fetchBudget.hold(PHOTO_BYTES_MAX, async () => {
    try {
      return (await api.outbound.get(url, limits)).bytes;
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      api.engine.log.warn('photo not fetched', { requestId, code: error.code, reason: error.detail });
      throw problemOf(error);
    }
  });
}

function problemOf(error: OutboundError): ProblemError {
  switch (error.code) {
    case 'url_invalid':
    case 'not_https':
    case 'port_forbidden':
    case 'redirect':
      return new ProblemError('image_url_refused', { detail: error.message, cause: error });
    case 'address_forbidden':
    case 'unreachable':
    case 'timeout':
      return new ProblemError('image_url_unreachable', { cause: error });
    // Only a server that may be asked ever answers, so what it answered is no secret.
    case 'bad_answer':
      return new ProblemError('image_url_unreachable', { detail: error.message, cause: error });
    case 'bad_status':
      return new ProblemError('image_url_unreachable', {
        detail: `The address answered with status ${error.status} instead of the photo.`,
        cause: error,
      });
    case 'too_large':
      return new ProblemError('image_too_large', { cause: error });
    case 'canceled':
      return new ProblemError('unavailable', { headers: { 'Retry-After': String(RETRY_S) }, cause: error });
  }
}
