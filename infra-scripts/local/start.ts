/**
 * `npm start`: Easel on this machine, in one process. Says where it is, where the keys are and which model draws.
 */
import { readConfig } from '../../common/config.ts';
import { orRefuse, runProcess } from '../../common/run-process.ts';
import { createLog } from '../../common/telemetry.ts';
import { type Running, startEmbedded } from './embedded.ts';

const config = orRefuse(readConfig(process.env));
const log = createLog({ readable: process.stdout.isTTY === true, write: text => process.stdout.write(text) });
greet(await runProcess(() => startEmbedded(config, { log })));

function greet({ url, keysPath, recovered }: Running): void {
  const lines = [
    `Easel listens on ${url}`,
    `  keys    ${keysPath} (server, storefront, admin)`,
    '  model   offline: previews drawn on this machine, free; they bear the word "preview"',
    `  docs    ${url}/docs`,
    '  try     npm run -s easel -- generate photo.jpg --style ink-wash',
    ...(recovered > 0 ? [`  resumed ${recovered} jobs that the last process left half done`] : []),
    ...(process.env.GEMINI_API_KEY
      ? ['  note    GEMINI_API_KEY is set, but this version draws with the offline model only']
      : []),
  ];
  console.log(lines.join('\n'));
}
