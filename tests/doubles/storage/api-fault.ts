/**
 * A refusal of the storage double, in the two forms Cloud Storage answers with: JSON from the JSON API, XML from the
 * signed URLs.
 */
export class ApiFault extends Error {
  readonly status: number;
  /** The JSON API's `reason` and the XML API's `Code`. */
  readonly reason: string;
  readonly code: string;

  constructor(status: number, { reason, code = reason, message }: { reason: string; code?: string; message: string }) {
    super(message);
    this.status = status;
    this.reason = reason;
    this.code = code;
  }
}

export function missingObject(bucket: string, name: string): ApiFault {
  const message = `No such object: ${bucket}/${name}`;
  return new ApiFault(404, { reason: 'notFound', code: 'NoSuchKey', message });
}

export function missingBucket(): ApiFault {
  const message = 'The specified bucket does not exist.';
  return new ApiFault(404, { reason: 'notFound', code: 'NoSuchBucket', message });
}

export function conditionNotMet(): ApiFault {
  const message = 'At least one of the pre-conditions you specified did not hold.';
  return new ApiFault(412, { reason: 'conditionNotMet', code: 'PreconditionFailed', message });
}

export function badRequest(message: string): ApiFault {
  return new ApiFault(400, { reason: 'invalid', code: 'InvalidArgument', message });
}

export function jsonError({ status, reason, message }: ApiFault): object {
  return { error: { code: status, message, errors: [{ message, domain: 'global', reason }] } };
}

export function xmlError({ code, message }: ApiFault): string {
  return `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
}
