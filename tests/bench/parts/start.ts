/** Starts: from the process to listening and to its first accepted job; embedded, and the API of the google platform. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startGoogleBackends } from '../../../infra-scripts/local/google-backends.ts';
import { freePort } from '../../../infra-scripts/local/google-services.ts';
import { nameOf, serving } from '../contenders.ts';
import { type Metric, median } from '../results.ts';
import { inTurns, type Measure, type Part, prepare, type Sheet, type Stage, type Subjects } from '../stage.ts';
import { firstJobMs, type Program, startProgram, startsAsUsersDo } from './programs.ts';
import { type Server, startBare, startPeerServer } from './servers.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const METRICS: readonly Metric[] = [
  { name: 'to first accepted job ms', better: 'less' },
  { name: 'to listening ms', better: 'less' },
];
/** A single start says little: each round takes the median of these. */
const STARTS = 3;

export const start: Part = {
  name: 'start',
  title: 'Start',
  about:
    'From the start of the process, its files in memory already, to listening and to the answer to the first submit. *Embedded* is what `npm start` ' +
    'runs, in an empty directory. *On google* is the API as its image starts it (a bundle with a code cache), against the Firestore emulator and doubles of Cloud Tasks and ' +
    'Cloud Storage; *eager, unbundled* is the same code from its sources with the SDKs of Firestore, Cloud Tasks, Cloud Storage and Gemini loaded ' +
    'before anything else. Each round takes the median of three starts.',
  async measure(stage, sheet) {
    const subjects: Subjects = new Map([
      ['Easel', starts(stage, async () => startProgram(stage.processes, await startsAsUsersDo(stage.processes)))],
      ['bare koa', starts(stage, () => startBare(stage))],
    ]);
    for (const contender of serving(stage)) {
      await prepare(sheet, subjects, `koa + ${nameOf(contender)}`, async () =>
        starts(stage, () => startPeerServer(stage, contender)),
      );
    }
    await compare(stage, sheet, 'Start, embedded', subjects);
    await measureGoogle(stage, sheet);
  },
};

async function measureGoogle(stage: Stage, sheet: Sheet): Promise<void> {
  const title = 'Start of the API on google';
  const dataDir = await stage.processes.folder();
  const workerUrl = `http://127.0.0.1:${await freePort()}`;
  const backends = await startGoogleBackends({ dataDir, workerUrl, sweepEveryMs: 3_600_000 }).catch((error: Error) => {
    sheet.missing.push(`${title}: ${error.message}`);
  });
  if (!backends) return;
  try {
    const env = { ...backends.environment, HOST: '127.0.0.1', PORT: '0' };
    for (const step of BUILD) await promisify(execFile)(process.execPath, [step, 'api'], { cwd: ROOT });
    const program = { env, listens: /"route":"(http:[^"]+)".*listens/, key: () => backends.keys.server };
    await makeKeysKnown(stage, { ...program, words: API });
    const of = (words: readonly string[]) => starts(stage, () => startProgram(stage.processes, { ...program, words }));
    const subjects: Subjects = new Map([
      ['Easel', of(API)],
      ['eager, unbundled', of(['--import', './tests/bench/eager.ts', 'api/server.ts'])],
      ['bare koa', starts(stage, () => startBare(stage))],
    ]);
    await compare(stage, sheet, title, subjects);
  } finally {
    await backends.stop();
  }
}

/** As the image starts it (`Dockerfile.api`). */
const API = ['infra-scripts/image/boot.cjs', 'api'];
/** What the image's build runs before. */
const BUILD = ['infra-scripts/image/bundle.ts', 'infra-scripts/image/warm.ts'];
const KEYS_LIMIT_MS = 10_000;

/** The first start of all writes keys and styles; it is not what a later one waits for. */
async function makeKeysKnown({ processes, photos }: Stage, program: Program): Promise<void> {
  const api = await startProgram(processes, program);
  for (const endMs = performance.now() + KEYS_LIMIT_MS; ; ) {
    const taken = await firstJobMs(api, photos.small).catch((error: unknown) => {
      if (performance.now() > endMs) throw error;
    });
    if (taken !== undefined) return api.kill();
  }
}

function starts({ photos }: Stage, startOne: () => Promise<Startable>): Measure {
  return async () => {
    const times: { listening: number; job: number }[] = [];
    for (let index = 0; index < STARTS; index++) {
      const server = await startOne();
      times.push({ listening: server.startMs, job: await firstJobMs(server, photos.small) });
      server.kill();
    }
    return {
      'to first accepted job ms': median(times.map(({ job }) => job)),
      'to listening ms': median(times.map(({ listening }) => listening)),
    };
  };
}

type Startable = Pick<Server, 'url' | 'key' | 'startMs' | 'kill'>;

function compare(stage: Stage, sheet: Sheet, title: string, subjects: Subjects): Promise<void> {
  return inTurns(stage, sheet, { title, metrics: METRICS, own: 'Easel', subjects, warmUp: false });
}
