/**
 * `npm run bench:smoke`: measures the real service on this machine beside a bare koa server and beside what disk and
 * SQLite give, and prints a table. Ends within 45 s whatever happens and leaves no process and no file. `--write`
 * puts the table into docs/performance.md.
 */
import { createFigures } from './figures.ts';
import { report, writeReport } from './report.ts';
import { largePhoto, smallPhoto } from './requests.ts';
import { type Bench, COLUMNS, measureRound, type Tables } from './round.ts';
import { createServers, type Servers } from './servers.ts';
import { learnAnswers, startAll } from './start.ts';

/** On a busy disk it takes seconds more to remove what was written. */
const LIMIT_MS = 38_000;
/** A round that is not begun by then would not end in time. */
const BEGIN_MS = 29_000;
const ROUNDS = 3;
const FOR_MS = 600;
/** Enough for the code to be compiled: what happens in the first moment is no figure of any later one. */
const WARM_UP_MS = 300;

const servers = createServers();
const end = (code: number, why?: string) => {
  if (why !== undefined) console.error(why);
  try {
    servers.endAll();
  } finally {
    process.exit(code);
  }
};
setTimeout(
  () => end(1, `Not done within ${LIMIT_MS / 1_000} s: this machine is too busy to measure anything.`),
  LIMIT_MS,
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end(1, signal));

try {
  const { tables, rounds } = await measure(servers);
  const text = report(tables, { rounds, seconds: performance.now() / 1_000 });
  console.log(text);
  if (process.argv.includes('--write')) await writeReport(text);
  end(0);
} catch (error) {
  end(1, (error as Error).stack);
}

async function measure(servers: Servers): Promise<{ tables: Tables; rounds: number }> {
  const tables = newTables();
  const photos = { small: await smallPhoto(), large: await largePhoto() };
  const started = await startAll(servers, tables.http, photos.small);
  const paths = await learnAnswers(started, photos.small);
  const bench: Bench = { ...started, photos, paths, folder: await servers.folder() };
  await measureRound(bench, newTables(), { round: 0, forMs: WARM_UP_MS });
  let round = 0;
  while (round < ROUNDS && performance.now() < BEGIN_MS) {
    await measureRound(bench, tables, { round, forMs: FOR_MS });
    round++;
  }

  const { intake, whole, bare } = started;
  const [easel, koa] = COLUMNS.http;
  for (const [line, column, server] of [
    ['peak memory, takes jobs in, MB', easel, intake],
    ['peak memory, takes jobs in, MB', koa, bare],
    ['peak memory, draws, MB', easel, whole],
  ] as const) {
    tables.http.add(line, column, (await server.tell({})).peakRssMb);
  }
  return { tables, rounds: round };
}

function newTables(): Tables {
  return { http: createFigures(COLUMNS.http), limits: createFigures(COLUMNS.limits) };
}
