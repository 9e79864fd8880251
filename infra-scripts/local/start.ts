/**
 * `npm start`: Easel on this machine, in one process. Says where it is, where the keys are and which model draws.
 */
import { readConfig } from '../../common/config.ts';
import { OFFLINE_MODEL } from '../../common/models.ts';
import { orRefuse, runProcess } from '../../common/run-process.ts';
import { createLog } from '../../common/telemetry.ts';
import { collectAtRest } from './collect-at-rest.ts';
import { type Running, startEmbedded } from './embedded.ts';
import { startOverCompiled } from './start-over.ts';

startOverCompiled();
const config = orRefuse(readConfig(process.env));
const log = createLog({ readable: process.stdout.isTTY === true, write: text => process.stdout.write(text) });
greet(await runProcess(() => startEmbedded(config, { log }), log));
collectAtRest();

function greet({ url, keysPath, recovered }: Running): void {
  const lines = [
    `Easel listens on ${url}`,
    `  keys    ${keysPath} (server, storefront, admin)`,
    `  model   ${modelLine()}`,
    ...(config.demoPage ? [`  page    ${url}/`] : []),
    `  docs    ${url}/docs`,
    `  console ${url}/admin`,
    '  try     npm run -s easel -- generate photo.jpg --style ink-wash',
    ...(recovered > 0 ? [`  resumed ${recovered} jobs that the last process left half done`] : []),
  ];
  console.log(lines.join('\n'));
}

function modelLine(): string {
  if (config.model === OFFLINE_MODEL)
    return 'offline: previews drawn on this machine, free; they bear the word "preview"';
  const budget = (config.budgetMicroUsdPerDay / 1_000_000).toFixed(2);
  return `${config.model}: paid by the picture, at most $${budget} a day`;
}
