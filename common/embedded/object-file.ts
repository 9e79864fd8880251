/**
 * The form of an object on disk, one file each: first its bytes as they are, so that any viewer opens the file; behind
 * them a trailer with everything else. Both therefore appear, change and vanish in one rename.
 *
 *     bytes | trailer as JSON | length of the JSON (uint32 LE) | CRC-32 of the JSON (uint32 LE) | "EASELOB1"
 */
import { constants, lstatSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import type { ObjectStat } from '../platform/bucket.ts';
import { PlatformError } from '../platform/errors.ts';
import { isMissing } from './bucket-errors.ts';

/** What a writer says about the bytes. */
export interface ObjectFacts {
  readonly contentType: string;
  readonly metadata: { readonly [key: string]: string };
  readonly createdAt: number;
  readonly etag: string;
}

interface Trailer extends ObjectFacts {
  /** Length of the bytes before the trailer. */
  readonly bytes: number;
  readonly crc32: number;
}

/** An object whose trailer was found good. It stays this version however often the path is replaced meanwhile. */
export interface OpenObject {
  readonly path: string;
  readonly handle: FileHandle;
  readonly trailer: Trailer;
  readonly touchedAt: number;
}

const MAGIC = Buffer.from('EASELOB1', 'latin1');
const FOOT_BYTES = 8 + MAGIC.length;
/** 4 KiB of metadata grow to 24 KiB at most when every byte of it is escaped; one read fetches any trailer. */
const TAIL_BYTES_MAX = 32 * 1024;
/** A link at the end of a path is not followed: it could lead out of the bucket. Windows has neither flag nor need. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;

export function sealTrailer(content: Uint8Array, facts: ObjectFacts): Uint8Array {
  const trailer: Trailer = { ...facts, bytes: content.byteLength, crc32: crc32(content) };
  const json = Buffer.from(JSON.stringify(trailer));
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32LE(json.length, 0);
  numbers.writeUInt32LE(crc32(json), 4);
  return Buffer.concat([json, numbers, MAGIC]);
}

/**
 * Opens the object in `file`; the caller closes the handle. Undefined when no object is there. Throws `damaged`
 * when the file is broken: the object was put, so `missing` would be a lie, and its bytes cannot be given either.
 */
export async function openObject(
  file: string,
  path: string,
  access: 'read' | 'touch',
): Promise<OpenObject | undefined> {
  const flags = (access === 'touch' ? constants.O_RDWR : constants.O_RDONLY) | NO_FOLLOW;
  const handle = await openOrMissing(file, flags);
  if (!handle) return undefined;
  try {
    const stat = await handle.stat();
    if (stat.isFile()) {
      const trailer = parseTrailer(await readTail(handle, stat.size), stat.size);
      if (!trailer) throw damaged(path, 'its trailer is broken or does not fit its size');
      return { path, handle, trailer, touchedAt: Math.round(stat.mtimeMs) };
    }
    if (!stat.isDirectory()) throw damaged(path, 'it is no regular file');
  } catch (error) {
    await handle.close();
    throw error;
  }
  await handle.close();
  return undefined;
}

export function statOf({ path, trailer, touchedAt }: OpenObject): ObjectStat {
  const { bytes, contentType, metadata, createdAt, etag } = trailer;
  return { path, bytes, contentType, metadata, createdAt, touchedAt, etag };
}

export function damaged(path: string, why: string): PlatformError {
  return new PlatformError('damaged', `the object "${path}" is damaged: ${why}`);
}

/** Fills `target` from `position` on; shorter only where the file ends. */
export async function readFully(handle: FileHandle, target: Uint8Array, position: number): Promise<Uint8Array> {
  let filled = 0;
  while (filled < target.length) {
    const { bytesRead } = await handle.read(target, filled, target.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return target.subarray(0, filled);
}

/** What is not there is mostly looked for (each submit asks for its picture), and seen so at a tenth of the cost. */
async function openOrMissing(file: string, flags: number): Promise<FileHandle | undefined> {
  try {
    if (!lstatSync(file, { throwIfNoEntry: false })) return undefined;
    return await open(file, flags);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function readTail(handle: FileHandle, size: number): Promise<Buffer> {
  const tail = Buffer.alloc(Math.min(size, TAIL_BYTES_MAX));
  const read = await readFully(handle, tail, size - tail.length);
  return tail.subarray(0, read.length);
}

function parseTrailer(tail: Buffer, size: number): Trailer | undefined {
  if (tail.length < FOOT_BYTES || !tail.subarray(-MAGIC.length).equals(MAGIC)) return undefined;
  const footAt = tail.length - FOOT_BYTES;
  const jsonBytes = tail.readUInt32LE(footAt);
  if (jsonBytes > footAt) return undefined;
  const json = tail.subarray(footAt - jsonBytes, footAt);
  if (crc32(json) !== tail.readUInt32LE(footAt + 4)) return undefined;
  const trailer = JSON.parse(json.toString()) as Trailer;
  return trailer.bytes + jsonBytes + FOOT_BYTES === size ? trailer : undefined;
}
