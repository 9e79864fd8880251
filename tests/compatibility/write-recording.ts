/**
 * `node tests/compatibility/write-recording.ts <folder> <commit>`: writes into the folder what the code of this tree
 * leaves. `record.ts` runs it in the tree of a commit. Its two arguments stay as they are: later code calls it.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeRecording } from './recording.ts';
import { recordScenes } from './snapshot.ts';

const [folder, commit] = process.argv.slice(2);
if (folder === undefined || commit === undefined) throw new Error('expected a folder and a commit');
const directory = await mkdtemp(join(tmpdir(), 'easel-recording-'));
try {
  await writeRecording(folder, await recordScenes(directory, commit));
} finally {
  await rm(directory, { recursive: true });
}
