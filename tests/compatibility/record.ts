/**
 * `npm run record:documents`: before or after a change of what is stored, before its commit. Keeps what the code of the
 * last commit writes, or of the one that is named as argument, in a folder named by document version and commit, and the
 * present fields in `fields.json`.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { isDeepStrictEqual, promisify } from 'node:util';
import { git, ROOT, withEarlierCode } from './earlier-code.ts';
import { startEarlier } from './earlier-process.ts';
import { presentFields, writeFields } from './fields.ts';
import { type Recording, readRecording, writeRecording } from './recording.ts';
import { recordScenes } from './snapshot.ts';

const HERE = import.meta.dirname;
const BIOME = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
/** What a commit that is older than they are has to borrow. */
const RECORDER = ['recording.ts', 'scenes.ts', 'snapshot.ts', 'write-recording.ts'];
const SHORT = 7;
const run = promisify(execFile);

const [asked = 'HEAD'] = process.argv.slice(2);
const directory = await mkdtemp(join(tmpdir(), 'easel-record-'));
try {
  await keep(await recordCommit(await commitOf(asked)));
  await keepFields();
} finally {
  await rm(directory, { recursive: true });
}

async function commitOf(name: string): Promise<string> {
  return git('rev-parse', '--verify', `${name}^{commit}`).catch(error => {
    throw new Error(`${name} cannot be recorded, for git does not know it`, { cause: error });
  });
}

async function recordCommit(commit: string): Promise<Recording> {
  const folder = join(directory, 'recorded');
  const { missing } = await withEarlierCode(commit, async tree => {
    const inTree = join(tree, relative(ROOT, HERE));
    if (!existsSync(join(inTree, 'write-recording.ts'))) {
      for (const file of RECORDER) await cp(join(HERE, file), join(inTree, file));
    }
    await run(process.execPath, [join(inTree, 'write-recording.ts'), folder, commit], { cwd: tree });
    await demandStart(tree, asked);
  });
  if (missing !== undefined) throw new Error(`${commit} cannot be recorded: ${missing}`);
  const { shared, scenes } = await readRecording(folder, '');
  return { name: `v${shared.v}-${commit.slice(0, SHORT)}`, shared, scenes };
}

/** Nobody can roll back to code that does not start. */
async function demandStart(tree: string, name: string): Promise<void> {
  const settings = { tree, dataDir: join(directory, 'started'), nowMs: Date.now(), adminKey: '' };
  const started = await startEarlier(settings).catch(error => {
    throw new Error(`the code of ${name} does not start; name a commit whose code does`, { cause: error });
  });
  await started.stop();
}

/** One that is there already has to be what the commit writes, or somebody has changed the one or the other. */
async function keep(recording: Recording): Promise<void> {
  const folder = join(HERE, recording.name);
  if (!existsSync(folder)) {
    await writeRecording(folder, recording);
    await run(process.execPath, [BIOME, 'format', '--write', folder]);
    console.log(`recorded ${relative(ROOT, folder)}`);
  } else if (isDeepStrictEqual(await readRecording(folder, recording.name), recording)) {
    console.log(`${recording.name} is recorded already, and its commit still writes the same`);
  } else {
    throw new Error(`${recording.name} is not what its commit writes: remove the folder to record it anew`);
  }
}

async function keepFields(): Promise<void> {
  const present = await recordScenes(join(directory, 'present'), 'present');
  const fields = await presentFields(present);
  await writeFields(fields);
  await run(process.execPath, [BIOME, 'format', '--write', join(HERE, 'fields.json')]);
  console.log(`fields.json: ${fields.declared.length} declared, ${fields.written.length} written`);
}
