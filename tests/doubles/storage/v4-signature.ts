/**
 * Verifies V4 signed URLs for the storage double, from the public description and not from the SDK's code: rebuilds the
 * canonical request from what arrived and holds the RSA signature against it.
 * https://cloud.google.com/storage/docs/authentication/canonical-requests
 */
import { createHash, verify } from 'node:crypto';
import { ApiFault } from './api-fault.ts';
import type { Exchange } from './exchange.ts';
import type { ServiceAccount } from './identity.ts';

const SIGNATURE = 'X-Goog-Signature';
const LIFE_SECONDS_MAX = 7 * 24 * 60 * 60;

/** Throws the refusal. A request that passes is exactly the one that was signed, within its time. */
export function checkSignature(exchange: Exchange, { account, now }: { account: ServiceAccount; now: () => number }) {
  const { query } = exchange;
  if (new Set(query.keys()).size !== [...query.keys()].length) throw malformed('A query parameter is repeated.');
  if (!query.has(SIGNATURE)) throw new ApiFault(403, { reason: 'AccessDenied', message: 'Access denied.' });
  if (query.get('X-Goog-Algorithm') !== 'GOOG4-RSA-SHA256') throw malformed('Unknown algorithm.');
  const date = query.get('X-Goog-Date') ?? '';
  const [email, day, ...scope] = (query.get('X-Goog-Credential') ?? '').split('/');
  if (email !== account.email) throw denied('The service account is not known.');
  if (day !== date.slice(0, 8) || scope.join('/') !== 'auto/storage/goog4_request') throw malformed('Wrong scope.');
  checkTime(date, query.get('X-Goog-Expires') ?? '', now());

  const signedHeaders = (query.get('X-Goog-SignedHeaders') ?? '').split(';');
  checkHeaders(exchange, signedHeaders);
  const hash = createHash('sha256').update(canonicalRequest(exchange, signedHeaders)).digest('hex');
  const text = ['GOOG4-RSA-SHA256', date, `${day}/auto/storage/goog4_request`, hash].join('\n');
  const signature = query.get(SIGNATURE) ?? '';
  const wellFormed = /^([0-9a-f]{2})+$/.test(signature);
  if (!wellFormed || !verify('sha256', Buffer.from(text), account.publicKey, Buffer.from(signature, 'hex'))) {
    const message = 'The request signature we calculated does not match the signature you provided.';
    throw new ApiFault(403, { reason: 'SignatureDoesNotMatch', message });
  }
}

function checkTime(date: string, expires: string, nowMs: number): void {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  const seconds = Number(expires);
  if (!parts || !/^\d+$/.test(expires) || seconds < 1 || seconds > LIFE_SECONDS_MAX) throw malformed('Wrong time.');
  const [year = 0, month = 0, ...rest] = parts.slice(1).map(Number);
  const fromMs = Date.UTC(year, month - 1, ...rest);
  // Clocks differ: Cloud Storage takes what was signed up to 15 minutes ahead of it.
  if (fromMs > nowMs + 15 * 60_000) throw denied('The URL is not valid yet.');
  if (nowMs >= fromMs + seconds * 1000) {
    throw new ApiFault(400, { reason: 'ExpiredToken', message: 'The provided token has expired.' });
  }
}

/** `host` has to be signed, and so has every `x-goog-…` header that the request carries. */
function checkHeaders({ headers }: Exchange, signed: readonly string[]): void {
  if (!signed.includes('host')) throw malformed('The host header must be signed.');
  const unsigned = Object.keys(headers).filter(name => name.startsWith('x-goog-') && !signed.includes(name));
  if (unsigned.length > 0) throw malformed(`Headers not signed: ${unsigned.join(', ')}`);
}

function canonicalRequest({ method, path, query, headers }: Exchange, signedHeaders: readonly string[]): string {
  const parameters = [...query]
    .filter(([name]) => name !== SIGNATURE)
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`);
  const headerLines = signedHeaders.map(name => `${name}:${canonicalHeader(name, headers[name])}\n`);
  return [method, path, parameters.join('&'), headerLines.join(''), signedHeaders.join(';'), 'UNSIGNED-PAYLOAD'].join(
    '\n',
  );
}

/** The port of a double is no part of what was signed: Cloud Storage has none. */
function canonicalHeader(name: string, value: string | string[] | undefined): string {
  const text = (Array.isArray(value) ? value.join(',') : (value ?? '')).trim().replace(/\s+/g, ' ');
  return name === 'host' ? text.replace(/:\d+$/, '') : text;
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, char => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function malformed(message: string): ApiFault {
  return new ApiFault(400, { reason: 'AuthorizationQueryParametersError', message });
}

function denied(message: string): ApiFault {
  return new ApiFault(403, { reason: 'AccessDenied', message });
}
