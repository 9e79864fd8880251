/**
 * Certificates for servers of tests: self-signed, made when they are needed, so that no key lies in the tree and none
 * runs out. Just enough DER (X.690) for an X.509 certificate with one key on P-256.
 */
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

export interface CertificateWish {
  /** DNS names and IPv4 addresses that it is good for. */
  readonly names: readonly string[];
  /** It is good from a day before until a day after this moment. */
  readonly aroundMs?: number;
}

const DAY_MS = 86_400_000;
const ECDSA_WITH_SHA256 = sequence(oid('2a8648ce3d040302'));
const COMMON_NAME = '550403';
const SUBJECT_ALT_NAME = '551d11';
const BASIC_CONSTRAINTS = '551d13';

/** It is its own issuer. */
export function createCertificate({ names, aroundMs = Date.now() }: CertificateWish): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // Trust is looked up by this name: two that share it are taken for one another.
  const name = sequence(set(sequence(oid(COMMON_NAME), tag(0x0c, Buffer.from(`Easel tests ${randomUUID()}`)))));
  const version = tag(0xa0, integer(2));
  const validity = sequence(time(aroundMs - DAY_MS), time(aroundMs + DAY_MS));
  const alternatives = sequence(...names.map(alternativeName));
  const extensions = tag(
    0xa3,
    sequence(
      extension(SUBJECT_ALT_NAME, alternatives),
      // It stands for its own authority, which trust stores ask for.
      extension(BASIC_CONSTRAINTS, sequence(tag(0x01, Buffer.from([0xff])))),
    ),
  );
  const content = sequence(
    version,
    integer(1),
    ECDSA_WITH_SHA256,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    extensions,
  );
  const signature = tag(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', content, privateKey)]));
  const der = sequence(content, ECDSA_WITH_SHA256, signature);
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n'),
  };
}

function alternativeName(name: string): Buffer {
  return isIPv4(name) ? tag(0x87, Buffer.from(name.split('.').map(Number))) : tag(0x82, Buffer.from(name));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), tag(0x04, value));
}

function time(atMs: number): Buffer {
  return tag(0x18, Buffer.from(`${new Date(atMs).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`));
}

function integer(value: number): Buffer {
  return tag(0x02, Buffer.from([value]));
}

function oid(hex: string): Buffer {
  return tag(0x06, Buffer.from(hex, 'hex'));
}

function set(...parts: Buffer[]): Buffer {
  return tag(0x31, Buffer.concat(parts));
}

function sequence(...parts: Buffer[]): Buffer {
  return tag(0x30, Buffer.concat(parts));
}

function tag(type: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([type, ...size]), content]);
}
