/**
 * `npm run metrics:local`: the figures of a running Easel in this terminal, drawn anew every two seconds, without any
 * cloud. `--url` names another one than the one on this machine (with its admin key in EASEL_ADMIN_KEY), `--once` prints
 * them once.
 */
import { parseArgs } from 'node:util';
import { DEFAULTS } from '../../common/config.ts';
import { boardOf } from './metrics-board.ts';
import { readMetrics } from './metrics-text.ts';

const EVERY_MS = 2_000;
const LIMIT_MS = 5_000;
const HOME_AND_CLEAR = '\x1b[H\x1b[2J';

const { values } = parseArgs({ options: { url: { type: 'string' }, once: { type: 'boolean' } } });
const url = values.url ?? process.env.EASEL_URL ?? `http://127.0.0.1:${process.env.PORT ?? DEFAULTS.port}`;

try {
  if (values.once === true) console.log(await board());
  else {
    for (;;) {
      console.log(`${HOME_AND_CLEAR}${await board()}`);
      await new Promise(resolve => setTimeout(resolve, EVERY_MS));
    }
  }
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

async function board(): Promise<string> {
  const key = process.env.EASEL_ADMIN_KEY;
  const headers = key === undefined ? {} : { Authorization: `Bearer ${key}` };
  const response = await fetch(`${url}/metrics`, { headers, signal: AbortSignal.timeout(LIMIT_MS) }).catch(() => {
    throw new Error(`Nothing answers at ${url}: is Easel running? --url names another address.`);
  });
  if (!response.ok)
    throw new Error(`${url}/metrics answers ${response.status}: from another machine it needs EASEL_ADMIN_KEY.`);
  return [`Easel at ${url}`, '', ...boardOf(readMetrics(await response.text()))].join('\n');
}
