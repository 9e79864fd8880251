/**
 * `npm run bench:check`: measures again and fails when Easel has lost more than a quarter against anything it is
 * measured beside, twice in a row. By default the parts that are quick and steady; takes the options of `npm run bench`.
 */
import { readResults } from './kept-results.ts';
import { readOptions } from './options.ts';
import { PARTS } from './parts.ts';
import { createProcesses } from './processes.ts';
import { LOSS_MAX, type Loss, lossesOf, ratiosOf, unmeasured } from './ratios.ts';
import { renderText } from './report.ts';
import type { PartResult } from './results.ts';
import { runParts } from './run-parts.ts';
import type { Part } from './stage.ts';

const QUICK = ['submit', 'poll', 'engine', 'idle'];
const ROUNDS = 3;

const options = readOptions('bench:check', { only: QUICK, rounds: ROUNDS });
const processes = createProcesses();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    processes.endAll();
    process.exit(130);
  });
}

const { ratios: before, parts: known } = await readResults();
const names = options.only;
const measure = (parts: readonly Part[]) =>
  runParts(parts, { ...options, processes, say: line => console.error(line) });
const results = await measure(PARTS.filter(({ name }) => names.includes(name)));
console.log(renderText(results));
const after = ratiosOf(results);
const suspected = lossesOf(before, after);
const suspects = PARTS.filter(({ name }) =>
  results.some(result => result.part === name && hasOneOf(result, suspected)),
);
// A moment in which others used the machine is no loss: what is one is there the second time, too.
if (suspects.length > 0) console.log(`Measured again: ${suspects.map(({ title }) => title).join(', ')}`);
const again = ratiosOf(await measure(suspects));
processes.endAll();
const losses = suspected.filter(({ name }) => lossesOf(before, again).some(loss => loss.name === name));

const titles = known
  .filter(({ part }) => names.includes(part))
  .flatMap(({ tables }) => tables.map(({ title }) => title));
const missing = unmeasured(before, after, name => titles.some(title => name.startsWith(`${title} : `)));
for (const name of missing) console.log(`Not compared, for it was not measured this time: ${name}`);
for (const { name, before: then, after: now, lost } of losses) {
  console.log(`${name}: ${then} before, ${now} and ${again[name]?.value} now: ${Math.round(lost * 100)} % lost`);
}
const compared = Object.keys(after).filter(name => name in before).length;
console.log(`${compared} ratios compared, ${losses.length} have lost more than ${LOSS_MAX * 100} % twice.`);
// Nothing to compare with is no success.
process.exit(losses.length > 0 || compared === 0 ? 1 : 0);

function hasOneOf({ tables }: PartResult, losses: readonly Loss[]): boolean {
  return losses.some(({ name }) => tables.some(({ title }) => name.startsWith(`${title} : `)));
}
