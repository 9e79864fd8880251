/**
 * `npm run bench:check`: measures again and fails when Easel has lost more than a quarter against anything it is
 * measured beside. By default the parts that are quick and steady; takes the options of `npm run bench`.
 */
import { readResults } from './kept-results.ts';
import { readOptions } from './options.ts';
import { PARTS } from './parts.ts';
import { createProcesses } from './processes.ts';
import { LOSS_MAX, lossesOf, ratiosOf, unmeasured } from './ratios.ts';
import { renderText } from './report.ts';
import { runParts } from './run-parts.ts';

const QUICK = ['submit', 'poll', 'engine', 'idle'];
const ROUNDS = 3;

const options = readOptions(process.argv.slice(2), { only: QUICK, rounds: ROUNDS });
if ('problem' in options) {
  console.error(options.problem);
  process.exit(2);
}
const processes = createProcesses();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    processes.endAll();
    process.exit(130);
  });
}

const { ratios: before, parts: known } = await readResults();
const names = options.only;
const parts = PARTS.filter(({ name }) => names.includes(name));
const results = await runParts(parts, { ...options, processes, say: line => console.error(line) });
processes.endAll();
console.log(renderText(results));

const after = ratiosOf(results);
const titles = known
  .filter(({ part }) => names.includes(part))
  .flatMap(({ tables }) => tables.map(({ title }) => title));
const missing = unmeasured(before, after, name => titles.some(title => name.startsWith(`${title} : `)));
for (const name of missing) console.log(`Not compared, for it was not measured this time: ${name}`);
const losses = lossesOf(before, after);
for (const { name, before: then, after: now, lost } of losses) {
  console.log(`${name}: ${then} before, ${now} now: ${Math.round(lost * 100)} % lost`);
}
const compared = Object.keys(after).filter(name => name in before).length;
console.log(`${compared} ratios compared, ${losses.length} have lost more than ${LOSS_MAX * 100} %.`);
// Nothing to compare with is no success.
process.exit(losses.length > 0 || compared === 0 ? 1 : 0);
