/**
 * The form of a recording: what one version of the code leaves in store, queue and bucket, as JSON, a file for each
 * scene. `scenes.ts` makes the states, `snapshot.ts` reads them, `restore.ts` puts them into another world.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Document } from '../../common/platform/store.ts';

/** By collection. */
export interface Documents {
  readonly [collection: string]: readonly Document[];
}

/** One state in which a job or an upload may be left, with all that belongs to it alone. */
export interface Scene {
  readonly scene: string;
  /** Of the job or the upload. */
  readonly id: string;
  readonly documents: Documents;
  readonly tasks: readonly RecordedTask[];
  readonly objects: readonly RecordedObject[];
}

/** A task that waits: its body as a queue carries it over HTTP, and its time. */
export interface RecordedTask {
  readonly body: { readonly [field: string]: unknown };
  readonly notBefore?: number;
}

export interface RecordedObject {
  readonly path: string;
  readonly contentType: string;
  readonly metadata: { readonly [key: string]: string };
  readonly base64: string;
}

/** What the scenes share: the shop's own documents, and what a test needs to go on. */
export interface SharedState {
  /** Version of the documents, and the commit whose code wrote them. */
  readonly v: number;
  readonly commit: string;
  /** The moment of the recording, ms since 1970. */
  readonly now: number;
  /** Base64 of `Settings.idSecret`: owners' ids are made with it. */
  readonly idSecret: string;
  /** Texts of the recorded keys. They open nothing but the worlds of these tests. */
  readonly keys: { readonly admin: string; readonly server: string; readonly storefront: string };
  readonly documents: Documents;
}

export interface Recording {
  /** Such as `v1-54900d5`. */
  readonly name: string;
  readonly shared: SharedState;
  readonly scenes: readonly Scene[];
}

const SHARED = 'shared.json';
/** Document version and commit. */
const FOLDER = /^v(\d+)-[0-9a-f]{7,}$/;

/** All that are kept beside this file, by name. */
export async function readRecordings(): Promise<Recording[]> {
  const names = (await readdir(import.meta.dirname)).filter(name => FOLDER.test(name)).sort();
  return Promise.all(names.map(name => readRecording(join(import.meta.dirname, name), name)));
}

export async function readRecording(folder: string, name: string): Promise<Recording> {
  const read = async <T>(file: string) => JSON.parse(await readFile(join(folder, file), 'utf8')) as T;
  const files = (await readdir(folder)).filter(file => file !== SHARED).sort();
  const scenes = await Promise.all(files.map(file => read<Scene>(file)));
  return { name, shared: await read<SharedState>(SHARED), scenes };
}

export async function writeRecording(folder: string, { shared, scenes }: Omit<Recording, 'name'>): Promise<void> {
  const write = (file: string, value: object) => writeFile(join(folder, file), `${JSON.stringify(value, null, 2)}\n`);
  await mkdir(folder, { recursive: true });
  await write(SHARED, shared);
  for (const scene of scenes) await write(`${scene.scene}.json`, scene);
}
