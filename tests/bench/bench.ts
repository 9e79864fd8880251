/**
 * `npm run bench`: measures Easel beside what a user would pick instead, on this machine, in one run. See
 * docs/performance.md, which it writes anew with the chart and `results.json`. `--help` tells the options.
 */
import { readOptions } from './options.ts';
import { PARTS } from './parts.ts';
import { createProcesses } from './processes.ts';
import { publish } from './publish.ts';
import { renderText } from './report.ts';
import { hasFigures } from './results.ts';
import { runParts } from './run-parts.ts';

const options = readOptions('bench');
const processes = createProcesses();
const end = (code: number) => {
  processes.endAll();
  process.exit(code);
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => end(130));

const parts = PARTS.filter(({ name }) => options.only.length === 0 || options.only.includes(name));
const results = await runParts(parts, {
  ...options,
  processes,
  say: line => console.error(line),
  ...(options.write ? { onPart: result => publish([result]) } : {}),
});
console.log(renderText(results));
// What is missing is said in the tables; a part that has nothing to show has failed.
end(results.every(hasFigures) ? 0 : 1);
