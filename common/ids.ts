/**
 * Ids and digests. A job id is 128 bits in lower-case base32 (Crockford's alphabet, which sorts like the number):
 * 48 bits of time and 80 random ones, so that big stores append instead of scattering; or, for a submit with an
 * Idempotency-Key, a keyed digest of who asked for what, so that a repeat finds the same document.
 */
import { createHash, createHmac } from 'node:crypto';
import type { Clock, Random } from './clock.ts';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const ID_BYTES = 16;

/** The form of every job id; anything else is answered like a missing job. */
export const JOB_ID = /^job_[a-z0-9]{26,32}$/;

export function newId(prefix: string, clock: Clock, random: Random): string {
  const bytes = new Uint8Array(ID_BYTES);
  const time = new DataView(bytes.buffer);
  time.setUint16(0, Math.floor(clock.now() / 2 ** 32));
  time.setUint32(2, clock.now() % 2 ** 32);
  bytes.set(random.bytes(10), 6);
  return idOf(prefix, bytes);
}

/** An id of 16 bytes that somebody else has put together. */
export function idOf(prefix: string, bytes: Uint8Array): string {
  return `${prefix}_${base32(bytes)}`;
}

/** The same id for the same parts, for whoever holds the secret; unguessable for anybody else. */
export function derivedId(prefix: string, secret: Uint8Array, parts: readonly string[]): string {
  return `${prefix}_${base32(keyedBytes(secret, parts).subarray(0, ID_BYTES))}`;
}

/** Lower-case base32 of a keyed digest: names a person in a document without telling who it is. */
export function pseudonym(secret: Uint8Array, parts: readonly string[]): string {
  return base32(keyedBytes(secret, parts).subarray(0, ID_BYTES));
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** SHA-256 over parts that cannot run into each other: JSON keeps their borders. */
export function digestOf(parts: readonly unknown[]): string {
  return sha256(JSON.stringify(parts));
}

/** Unguessable for whoever does not hold the secret. */
export function keyedBytes(secret: Uint8Array, parts: readonly string[]): Buffer {
  return createHmac('sha256', secret).update(JSON.stringify(parts)).digest();
}

function base32(bytes: Uint8Array): string {
  let value = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  let text = '';
  for (let count = Math.ceil((bytes.length * 8) / 5); count > 0; count--) {
    text = ALPHABET[Number(value & 31n)] + text;
    value >>= 5n;
  }
  return text;
}
