/**
 * Whoever changes what is stored is told, and told what to do.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { COLLECTIONS } from '../../common/collections.ts';
import { DOCUMENT_VERSION } from '../../common/job.ts';
import { declaredFields, presentFields, readFields } from './fields.ts';
import type { Recording } from './recording.ts';
import { recordScenes } from './snapshot.ts';

/** The type of each collection's documents. */
const TYPES = {
  jobs: 'Job',
  runs: 'Run',
  drawings: 'Drawing',
  uploads: 'Upload',
  quotas: 'Quota',
  spend: 'Spend',
  costs: 'Costs',
  switches: 'Switch',
  keys: 'Key',
  styles: 'Style',
};
/** What operators and webhooks write, and batches: nothing of a job's own life by itself, so the scenes leave it out. */
const NOT_PLAYED = {
  shops: 'Shop',
  styleVersions: 'StyleVersion',
  audit: 'AuditEntry',
  deliveries: 'Delivery',
  batches: 'Batch',
  batchSpend: 'BatchSpend',
  upstreamBatches: 'UpstreamBatch',
  stats: 'HourStats',
  controls: 'Control',
  bulkActions: 'BulkAction',
  bulkParts: 'BulkPart',
  privacyRequests: 'PrivacyRequest',
};

const test = suite('fields of stored documents');

test('documents and tasks have the fields that were last recorded', async () => {
  const [recorded, present] = [await readFields(), await presentFields(await recordPresent())];
  const changes = [
    ...difference(present.declared, recorded.declared, '+ type    '),
    ...difference(recorded.declared, present.declared, '- type    '),
    ...difference(present.written, recorded.written, '+ written '),
    ...difference(recorded.written, present.written, '- written '),
  ];
  const what = [
    'What is stored has changed:',
    ...changes,
    `Raise DOCUMENT_VERSION (${DOCUMENT_VERSION}) if code of that version would go wrong on such documents. Then run`,
    '`npm run record:documents` and commit what it writes; CONTRIBUTING.md, "Changing a document", says why.',
  ];
  assert.equal(changes, [], what.join('\n'));
});

test('the same code records the same, whenever it does', async () => {
  assert.equal(await recordPresent(), await recordPresent());
});

test('a field is seen with its type, whatever stands around it', () => {
  const source = `/** Text. */
export interface Lease extends Document {
  /** Counts; a: b. */
  readonly fence: number;
  readonly until?: number;

  // Not readonly: c: d;
  holder: 'a' | 'b';
  readonly nested?: {
    readonly deep: string;
    readonly deeper: number;
  };
  readonly [key: string]: string;
}
interface Inner {
  readonly hidden: string;
}
export type Lane = 'interactive' | 'bulk';
export const KINDS = ['x', 'y'] as const;
export type Kind = (typeof KINDS)[number];
`;
  assert.equal(declaredFields(source), [
    'Lease.fence: number',
    'Lease.until?: number',
    "Lease.holder: 'a' | 'b'",
    'Lease.nested?: { readonly deep: string; readonly deeper: number; }',
    'Lease.[key: string]: string',
    "Lane = 'interactive' | 'bulk'",
    "KINDS = ['x', 'y'] as const",
  ]);
  assert.equal(declaredFields(source, ['Lane']), ["Lane = 'interactive' | 'bulk'"]);
});

test('every collection is among the scenes, and what they write at the top of a document is declared', async () => {
  const { declared, written } = await presentFields(await recordPresent());
  assert.equal(COLLECTIONS.map(({ name }) => name).sort(), Object.keys({ ...TYPES, ...NOT_PLAYED }).sort());
  for (const [collection, type] of Object.entries({ ...TYPES, tasks: 'Task' })) {
    const names = written.filter(place => place.startsWith(`${collection}.`)).map(place => place.split(/[.[]/)[1]);
    assert.ok(names.includes('id') || collection === 'tasks', `${collection} is not among the scenes`);
    const known = declared.map(line => /^(\w+)\.(\w+)/.exec(line)).filter(found => found?.[1] === type);
    const open = declared.some(line => line.startsWith(`${type}.[`));
    const isKnown = (name = '') => known.some(found => found?.[2] === name) || (open && name.includes(':'));
    const unknown = names.filter(name => name !== 'id' && !isKnown(name));
    assert.equal(unknown, [], collection);
  }
});

test.run();

async function recordPresent(): Promise<Omit<Recording, 'name'>> {
  const directory = await mkdtemp(join(tmpdir(), 'easel-fields-'));
  try {
    return await recordScenes(directory, 'present');
  } finally {
    await rm(directory, { recursive: true });
  }
}

function difference(these: readonly string[], those: readonly string[], sign: string): string[] {
  return these.filter(line => !those.includes(line)).map(line => `${sign}${line}`);
}
