/**
 * The second face of a bucket that serves its own signed URLs: it tells the API's `/objects/…` route whether a request
 * carries a URL that this bucket signed. Only the embedded platform has it; Cloud Storage serves its URLs itself.
 */
export interface SignedObjectRequest {
  readonly method: string;
  /** Path with the raw query, as the request line has it: `/objects/cache/ab?expires=…`. */
  readonly url: string;
}

export interface AllowedRead {
  readonly allowed: 'read';
  readonly path: string;
  /** Milliseconds since the epoch: nobody may keep the answer longer. */
  readonly expiresAt: number;
  readonly downloadName?: string;
}

export interface AllowedUpload {
  readonly allowed: 'upload';
  readonly path: string;
  readonly expiresAt: number;
  readonly contentType: string;
  readonly bytesMin: number;
  readonly bytesMax: number;
}

export interface RefusedAccess {
  /** `expired` only for a URL that is genuine otherwise; whatever else is wrong is `forbidden`, without saying what. */
  readonly refused: 'expired' | 'forbidden';
}

export interface SignedObjects {
  /**
   * Judges a request by method, path and query alone; the caller holds it to the constraints that come back. GET and
   * HEAD share a signature. Never throws: whatever cannot be understood is `forbidden`.
   */
  verify(request: SignedObjectRequest): AllowedRead | AllowedUpload | RefusedAccess;
}
