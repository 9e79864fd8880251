/**
 * The objects of the storage double: generations, metagenerations, versions and preconditions as Cloud Storage
 * documents them. Knows nothing of HTTP.
 */
import { createHash } from 'node:crypto';
import { badRequest, conditionNotMet, missingObject } from './api-fault.ts';
import { crc32c } from './crc32c.ts';
import { type ListPage, type ListQuery, listVersions } from './listing.ts';

/** What a client may say about an object, beside its bytes. */
export interface Described {
  readonly contentType?: string;
  readonly cacheControl?: string;
  readonly metadata?: { readonly [key: string]: string };
  readonly customTime?: string;
}

export interface StoredObject extends Described {
  readonly name: string;
  readonly generation: number;
  readonly metageneration: number;
  readonly bytes: Buffer;
  readonly crc32c: string;
  readonly md5Hash: string;
  /** Milliseconds since the epoch. */
  readonly timeCreated: number;
  readonly updated: number;
  /** Set when it became noncurrent. */
  readonly timeDeleted?: number;
}

/** Bytes on their way in. What is announced is held against them, and refused when it differs. */
export interface Content extends Described {
  readonly bytes: Buffer;
  readonly announced?: { readonly crc32c?: string | undefined; readonly md5Hash?: string | undefined };
}

export interface Conditions {
  /** 0: only when there is no live object. */
  readonly ifGenerationMatch?: number | undefined;
  readonly ifMetagenerationMatch?: number | undefined;
}

/** A field that is null is removed, as PATCH means it. */
export interface Change extends Omit<Described, 'metadata' | 'customTime'> {
  readonly metadata?: { readonly [key: string]: string | null };
  readonly customTime?: string | null;
}

export interface ObjectStore {
  insert(name: string, content: Content, conditions: Conditions): StoredObject;
  find(name: string, generation?: number): StoredObject;
  patch(name: string, change: Change, conditions: Conditions): StoredObject;
  remove(name: string, generation: number | undefined, conditions: Conditions): void;
  list(query: ListQuery): ListPage;
}

interface Place {
  live?: StoredObject;
  /** Oldest first. */
  noncurrent: StoredObject[];
}

const METADATA_BYTES_MAX = 8 * 1024;

export function createObjectStore({
  bucketName,
  now,
  versioning,
}: {
  bucketName: string;
  now: () => number;
  versioning: boolean;
}): ObjectStore {
  const places = new Map<string, Place>();
  let lastGeneration = 0;

  /** Microseconds, and never twice the same: so Cloud Storage's generations look. */
  const nextGeneration = () => {
    lastGeneration = Math.max(lastGeneration + 1, now() * 1000);
    return lastGeneration;
  };
  const placeOf = (name: string): Place => places.get(name) ?? { noncurrent: [] };
  const retire = (place: Place) => {
    if (place.live && versioning) place.noncurrent.push({ ...place.live, timeDeleted: now() });
  };

  return {
    insert(name, { bytes, announced = {}, ...described }, conditions) {
      const place = placeOf(name);
      const sums = { crc32c: crc32c(bytes), md5Hash: createHash('md5').update(bytes).digest('base64') };
      checkSums(announced, sums);
      checkConditions(place.live, conditions);
      checkDescription(described);
      retire(place);
      const times = { timeCreated: now(), updated: now() };
      place.live = { name, generation: nextGeneration(), metageneration: 1, bytes, ...described, ...sums, ...times };
      places.set(name, place);
      return place.live;
    },
    find(name, generation) {
      const { live, noncurrent } = placeOf(name);
      const versions = [...noncurrent, ...(live ? [live] : [])];
      const found = generation === undefined ? live : versions.find(version => version.generation === generation);
      if (!found) throw missingObject(bucketName, name);
      return found;
    },
    patch(name, change, conditions) {
      const place = placeOf(name);
      if (!place.live) throw missingObject(bucketName, name);
      checkConditions(place.live, conditions);
      place.live = { ...changed(place.live, change), metageneration: place.live.metageneration + 1, updated: now() };
      return place.live;
    },
    remove(name, generation, conditions) {
      const place = placeOf(name);
      if (!place.live && generation === undefined) throw missingObject(bucketName, name);
      checkConditions(place.live, conditions);
      if (generation === undefined) retire(place);
      else if (!holds(place, generation)) throw missingObject(bucketName, name);
      else place.noncurrent = place.noncurrent.filter(version => version.generation !== generation);
      if (generation === undefined || place.live?.generation === generation) delete place.live;
      if (!place.live && place.noncurrent.length === 0) places.delete(name);
    },
    list: query =>
      listVersions(
        [...places.values()].flatMap(({ live, noncurrent }) => [
          ...(query.versions ? noncurrent : []),
          ...(live ? [live] : []),
        ]),
        query,
      ),
  };
}

function holds({ live, noncurrent }: Place, generation: number): boolean {
  return live?.generation === generation || noncurrent.some(version => version.generation === generation);
}

function checkConditions(live: StoredObject | undefined, conditions: Conditions): void {
  const { ifGenerationMatch, ifMetagenerationMatch } = conditions;
  if (ifGenerationMatch !== undefined && ifGenerationMatch !== (live?.generation ?? 0)) throw conditionNotMet();
  if (ifMetagenerationMatch !== undefined && ifMetagenerationMatch !== live?.metageneration) throw conditionNotMet();
}

function checkSums(announced: NonNullable<Content['announced']>, sums: { crc32c: string; md5Hash: string }): void {
  const differs = (given: string | undefined, found: string, name: string) => {
    if (given === undefined || given === found) return;
    throw badRequest(`Provided ${name} hash "${given}" doesn't match calculated ${name} hash "${found}".`);
  };
  differs(announced.crc32c, sums.crc32c, 'CRC32C');
  differs(announced.md5Hash, sums.md5Hash, 'MD5');
}

function changed(object: StoredObject, { metadata, customTime, ...rest }: Change): StoredObject {
  const kept = Object.entries({ ...object.metadata, ...metadata }).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  if (customTime !== undefined && object.customTime !== undefined) {
    // "Once set, a custom time cannot be removed, and cannot be set to an earlier time."
    if (customTime === null) throw badRequest('Custom time cannot be removed once it is set.');
    if (Date.parse(customTime) < Date.parse(object.customTime)) {
      throw badRequest('Custom time cannot be set to an earlier time.');
    }
  }
  const next = { ...object, ...rest, metadata: Object.fromEntries(kept) };
  checkDescription({ ...next, ...(customTime ? { customTime } : {}) });
  return customTime ? { ...next, customTime } : next;
}

function checkDescription({ metadata = {}, customTime }: Described): void {
  let bytes = 0;
  for (const [key, value] of Object.entries(metadata)) {
    if (typeof value !== 'string') throw badRequest(`Metadata "${key}" is not a string.`);
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  }
  if (bytes > METADATA_BYTES_MAX) throw badRequest('The metadata for your object was too large.');
  if (customTime !== undefined && Number.isNaN(Date.parse(customTime))) throw badRequest('Invalid custom time.');
}
