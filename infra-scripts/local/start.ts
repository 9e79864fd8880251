/**
 * `npm start`: Easel on this machine, in one process. Says where it is, where the keys are and which model draws.
 */
import { readConfig } from '../../common/config.ts';
import { createLog } from '../../common/telemetry.ts';
import { type Running, startEmbedded } from './embedded.ts';

const log = createLog({ readable: process.stdout.isTTY === true, write: text => process.stdout.write(text) });

const read = readConfig(process.env);
if ('problems' in read) refuse(`The settings cannot be used:\n${read.problems.map(line => `  ${line}`).join('\n')}`);
const { config } = read;

const running = await startEmbedded(config, { log }).catch((error: Error) =>
  refuse(`Easel cannot start. ${error.message}`),
);
greet(running);
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stopOn(signal));

let stopping = false;
function stopOn(signal: string): void {
  if (stopping) process.exit(1);
  stopping = true;
  console.log(`${signal}: finishing what is running (up to a minute; once more ends at once) …`);
  running.stop().then(
    () => process.exit(0),
    (error: unknown) => {
      log.error('stop failed', { error });
      process.exit(1);
    },
  );
}

function greet({ url, keysPath, recovered }: Running): void {
  const lines = [
    `Easel listens on ${url}`,
    `  keys    ${keysPath} (server, storefront, admin)`,
    '  model   offline: previews drawn on this machine, free; they bear the word "preview"',
    `  try     curl -H "Authorization: Bearer $(node -p "require('${keysPath}').server")" \\`,
    `            -F style=ink-wash -F image=@photo.jpg ${url}/v1/jobs`,
    ...(recovered > 0 ? [`  resumed ${recovered} jobs that the last process left half done`] : []),
    ...(process.env.GEMINI_API_KEY
      ? ['  note    GEMINI_API_KEY is set, but this version draws with the offline model only']
      : []),
  ];
  console.log(lines.join('\n'));
}

function refuse(message: string): never {
  console.error(message);
  process.exit(1);
}
