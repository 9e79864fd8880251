/**
 * What documents and tasks consist of: the fields that their types declare, read from the sources, and those that the
 * scenes really write. `fields.json` keeps both, so that no change of a stored document goes by unnoticed.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { JOB_STATUSES } from '../../common/job.ts';
import type { Recording } from './recording.ts';

export interface Fields {
  /** Such as `Run.lease?: Lease`, sorted. */
  readonly declared: readonly string[];
  /** Such as `runs.attempts[].fence`, sorted. */
  readonly written: readonly string[];
}

const FIELDS = join(import.meta.dirname, 'fields.json');
const ROOT = join(import.meta.dirname, '../..');
/** Where stored types stand. Without names, all that the file exports. */
const SOURCES: readonly (readonly [path: string, ...names: string[]])[] = [
  ['common/job.ts'],
  ['common/documents.ts'],
  ['common/bulk/bulk-action.ts'],
  ['common/economy/upstream-batch.ts'],
  ['common/privacy/privacy-request.ts'],
  ['common/styles.ts', 'Style'],
  ['common/platform/model.ts', 'Usage'],
  ['common/platform/queue.ts', 'Task', 'TaskKind', 'QUEUES'],
];

export async function readFields(): Promise<Fields> {
  return JSON.parse(await readFile(FIELDS, 'utf8')) as Fields;
}

export async function writeFields(fields: Fields): Promise<void> {
  await writeFile(FIELDS, `${JSON.stringify(fields, null, 2)}\n`);
}

export async function presentFields(written: Omit<Recording, 'name'>): Promise<Fields> {
  const declared = await Promise.all(
    SOURCES.map(async ([path, ...names]) => declaredFields(await readFile(join(ROOT, path), 'utf8'), names)),
  );
  const statuses = `JobStatus = ${JOB_STATUSES.join(' | ')}`;
  return { declared: [...declared.flat(), statuses].sort(), written: writtenFields(written) };
}

/** Members of exported interfaces with their types, and exported unions; `names` selects, none of them means all. */
export function declaredFields(source: string, names: readonly string[] = []): string[] {
  const bare = source.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '').replace(/\n\s*\n/g, '\n');
  const wanted = (name: string) => names.length === 0 || names.includes(name);
  const interfaces = [...bare.matchAll(/^export interface (\w+)[^{]*\{\n([\s\S]*?)^\}/gm)];
  const unions = [...bare.matchAll(/^export (?:type|const) (\w+) = ((?:'|\[')[^;]*);/gm)];
  return [
    ...interfaces.filter(([, name = '']) => wanted(name)).flatMap(([, name, body = '']) => membersOf(`${name}`, body)),
    ...unions.filter(([, name = '']) => wanted(name)).map(([, name, type = '']) => `${name} = ${oneLine(type)}`),
  ];
}

/** One member ends where the next line is indented as the first one is: the formatter keeps it so. */
function membersOf(name: string, body: string): string[] {
  const members = body.matchAll(/^ {2}(?:readonly )?(\[[^\]]+\]|\w+\??): ([\s\S]*?);\n(?! {3}| {2}\})/gm);
  return [...members].map(([, member, type = '']) => `${name}.${member}: ${oneLine(type)}`);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function writtenFields({ shared, scenes }: Omit<Recording, 'name'>): string[] {
  const documents = [shared, ...scenes].flatMap(part => Object.entries(part.documents));
  const places = [
    ...documents.flatMap(([collection, all]) => all.flatMap(document => placesOf(document, collection))),
    ...scenes.flatMap(({ tasks }) => tasks.flatMap(({ body }) => placesOf(body, 'tasks'))),
    ...scenes.flatMap(({ objects }) => objects.flatMap(({ metadata }) => placesOf(metadata, 'pictures.metadata'))),
  ];
  return [...new Set(places)].sort();
}

function placesOf(value: unknown, place: string): string[] {
  if (Array.isArray(value)) return value.flatMap(entry => placesOf(entry, `${place}[]`));
  if (typeof value !== 'object' || value === null) return [place];
  return Object.entries(value).flatMap(([name, member]) => placesOf(member, `${place}.${nameless(name)}`));
}

/** Of a field that is called after a style or the like, `style:…:microUsd`: which one it was is no matter of form. */
function nameless(name: string): string {
  return name.replace(/:.*:/, ':…:');
}
