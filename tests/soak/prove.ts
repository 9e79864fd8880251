/**
 * All long runs of docs/reliability.md, one after the other, with a table of what they have shown: `npm run prove`. With
 * UPDATE_DOCS=1 the table is written into the document, between its two marks. Other processors' work spoils the times.
 */
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { numberOf, optionsOf, someOf, wholeNumberOf } from '../command-options.ts';

const HELP = `npm run prove -- [options]

  --runs N        simulated runs (default 10000)
  --embedded N    kills at each point on embedded, and rounds of each other mode / 4 (default 20)
  --google N      the same on google (default 4)
  --soak N        minutes of soak on embedded (default 15)
  --deliveries N  jobs of which each task is delivered ten times (default 10000)
  --only A,B      of simulate, deliveries, durable, embedded, google, soak
  --beside        after the simulation three at once: google; soak; and what is left
  --seed N        of all of them (default 1)
  --help          this text
`;

const values = optionsOf(
  {
    options: {
      ...{ runs: { type: 'string', default: '10000' }, embedded: { type: 'string', default: '20' } },
      ...{ google: { type: 'string', default: '4' }, soak: { type: 'string', default: '15' } },
      ...{ deliveries: { type: 'string', default: '10000' }, only: { type: 'string', default: '' } },
      ...{ seed: { type: 'string', default: '1' }, beside: { type: 'boolean' }, help: { type: 'boolean' } },
    },
  },
  HELP,
);
for (const name of ['runs', 'embedded', 'google', 'deliveries', 'seed'] as const)
  wholeNumberOf(name, values[name], { help: HELP });
numberOf('soak', values.soak, HELP);

interface Proof {
  readonly name: string;
  readonly command: readonly string[];
  readonly env?: { readonly [name: string]: string };
  /** Of its lines, those that belong into the table. */
  readonly shows: RegExp;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DOCUMENT = fileURLToPath(new URL('../../docs/reliability.md', import.meta.url));
const MARKS = ['<!-- proven -->', '<!-- /proven -->'] as const;
const OTHERS = 'random,stop,term,rolling';

const torture = (platform: 'embedded' | 'google', runs: string): Proof[] => {
  const shared = ['tests/kill/torture.ts', '--platform', platform, '--seed', values.seed];
  const rounds = String(Math.max(1, Math.round(Number(runs) / 4)));
  const shows = /promises broken;/;
  return [
    {
      name: `${platform}: ${runs} kills at each point`,
      command: [...shared, '--mode', 'points', '--runs', runs],
      shows,
    },
    ...OTHERS.split(',').map(mode => ({
      name: `${platform}: ${rounds} rounds of ${mode}`,
      command: [...shared, '--mode', mode, '--runs', rounds],
      shows,
    })),
  ];
};

const PROOFS: { readonly [name: string]: readonly Proof[] } = {
  simulate: [
    {
      name: `simulation, seeds from ${values.seed}`,
      command: ['tests/simulation/simulate.ts', '--runs', values.runs, '--seed', values.seed],
      shows: /simulated days|law/,
    },
  ],
  deliveries: [
    {
      name: 'every task delivered ten times',
      command: ['tests/run-file.ts', 'tests/load/deliveries.load.ts'],
      env: { DELIVERIES_JOBS: values.deliveries },
      shows: /model calls a job/,
    },
  ],
  durable: [
    {
      name: 'synced before it is answered (strace)',
      command: ['tests/run-file.ts', 'tests/load/durable.load.ts'],
      shows: /answers of 202|NOT TESTED/,
    },
  ],
  embedded: torture('embedded', values.embedded),
  google: torture('google', values.google),
  soak: [
    {
      name: `soak of ${values.soak} minutes`,
      command: ['tests/soak/soak.ts', '--minutes', values.soak, '--seed', values.seed],
      shows: /^\||orders, .* kills|promises broken/,
    },
  ],
};

interface Shown {
  readonly name: string;
  readonly good: boolean;
  readonly seconds: number;
  readonly lines: readonly string[];
}

const named = someOf('only', values.only, { expected: Object.keys(PROOFS), help: HELP });
const chosen = named.length > 0 ? named : Object.keys(PROOFS);
const lane = async (names: readonly string[]): Promise<Shown[]> => {
  const shown: Shown[] = [];
  for (const proof of names.flatMap(name => PROOFS[name] ?? [])) shown.push(await run(proof));
  return shown;
};
const only = (...names: readonly string[]) => chosen.filter(name => names.includes(name));
const alone = values.beside ? only('simulate') : chosen;
const first = await lane(alone);
const lanes = values.beside ? [only('embedded', 'deliveries', 'durable'), only('google'), only('soak')] : [];
const last = (await Promise.all(lanes.map(lane))).flat();
const all = [...first, ...last];
const table = tableOf(all);
console.log(`\n${table}`);
if (process.env.UPDATE_DOCS === '1') await intoDocument(table);
process.exit(all.every(({ good }) => good) ? 0 : 1);

function run({ name, command, env = {}, shows }: Proof): Promise<Shown> {
  const startedAt = performance.now();
  console.log(`--- ${name}: node ${command.join(' ')}`);
  const child = spawn(process.execPath, command, { cwd: ROOT, env: { ...process.env, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', chunk => {
      output += chunk;
      process.stdout.write(chunk);
    });
  }
  return new Promise(resolve =>
    child.once('close', code => {
      const lines = output.split('\n').map(line => line.trim());
      // A test file run by itself ends with 0 whatever its tests say.
      const good = code === 0 && !/BROKEN|FAIL/.test(output);
      const seconds = (performance.now() - startedAt) / 1_000;
      resolve({ name, good, seconds, lines: lines.filter(line => shows.test(line)) });
    }),
  );
}

function tableOf(all: readonly Shown[]): string {
  const day = new Date().toISOString().slice(0, 10);
  const rows = all.map(({ name, good, seconds, lines }) => {
    const plain = lines.filter(line => !line.startsWith('|')).join('; ');
    return `| ${name} | ${plain.replace(/^.*FAIL.*$/m, '')} | ${(seconds / 60).toFixed(1)} min | ${good ? 'held' : '**broken**'} |`;
  });
  const minutes = all.flatMap(({ lines }) => lines.filter(line => line.startsWith('|')));
  return [
    `Run on ${day} with seed ${values.seed}, on a machine of ${availableParallelism()} processors:`,
    '',
    '| what | what it has shown | took | |',
    '|---|---|---|---|',
    ...rows,
    ...(minutes.length > 0 ? ['', 'The soak, by intervals:', '', ...minutes] : []),
  ].join('\n');
}

async function intoDocument(text: string): Promise<void> {
  const before = await readFile(DOCUMENT, 'utf8');
  const [from, to] = MARKS.map(mark => before.indexOf(mark)) as [number, number];
  if (from < 0 || to < from) throw new Error(`${DOCUMENT} has no place between ${MARKS.join(' and ')}`);
  await writeFile(DOCUMENT, `${before.slice(0, from + MARKS[0].length)}\n${text}\n${before.slice(to)}`);
  console.log(`written into ${DOCUMENT}`);
}
