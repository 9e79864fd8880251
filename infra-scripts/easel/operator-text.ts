/**
 * What operators are shown of money, intake and queues: the same words in their own commands and in `easel stats`.
 */
import { QUEUES } from '../../common/platform/queue.ts';
import type { BudgetAnswer, IntakeAnswer, QueueAnswer } from './admin-answers.ts';
import type { Call } from './command.ts';
import { type Fact, factLines } from './facts.ts';
import { EXIT, type ExitCode, usageFault } from './faults.ts';
import { dollars } from './job-text.ts';
import { tableLines } from './table.ts';
import { localText, momentText, spanText } from './time-text.ts';

type Shown = Pick<Call, 'out' | 'now'>;
type Printed = Shown & Pick<Call, 'json'>;

export const BUDGET_PATH = '/v1/admin/budget';
export const INTAKE_PATH = '/v1/admin/intake';
export const QUEUES_PATH = '/v1/admin/queues';

/** The queue that the first argument names. Throws a usage fault. */
export function queuePath({ args }: Pick<Call, 'args'>): string {
  const [name = ''] = args;
  if (QUEUE_NAMES.includes(name)) return `${QUEUES_PATH}/${name}`;
  throw usageFault(`There is no queue "${name}".`, `There are ${QUEUE_NAMES.join(', ')}.`);
}

export function printBudget(call: Printed, budget: BudgetAnswer): ExitCode {
  return print(call, budget, () => budgetLines(budget, call));
}

export function printIntake(call: Printed, intake: IntakeAnswer): ExitCode {
  return print(call, intake, () => intakeLines(intake, call));
}

export function printQueue(call: Printed, queue: QueueAnswer): ExitCode {
  return print(call, queue, () => queueLines([queue], call));
}

function print({ out, json }: Printed, answer: object, lines: () => readonly string[]): ExitCode {
  for (const line of json ? [JSON.stringify(answer, null, 2)] : lines()) out.line(line);
  return EXIT.ok;
}

const QUEUE_NAMES: readonly string[] = QUEUES;
const SHARE_NAMES: { readonly [share: string]: string } = { customer: 'customers', bulk: 'batches' };

export function budgetLines(budget: BudgetAnswer, { out, now }: Shown): string[] {
  const { spentUsd, capUsd, usualUsd, override, shares, resetAt } = budget;
  const of = capUsd === null ? ', no budget' : ` of ${dollars(capUsd)}${percentText(spentUsd, capUsd)}`;
  const facts: Fact[] = [
    ['shop', budget.shop],
    ['spent', `${dollars(spentUsd)}${of}; the day ends ${momentText(Date.parse(resetAt), now())}`],
    ['override', override && `${dollars(override.usd)} until ${momentText(Date.parse(override.until), now())}`],
    ['why', override?.reason],
    ['usually', override && (usualUsd === null ? 'no budget' : dollars(usualUsd))],
    ...Object.entries(shares).map(([share, { limitUsd, open }]): Fact => {
      const limit = limitUsd === null ? '' : `, up to ${dollars(limitUsd)}`;
      return [SHARE_NAMES[share] ?? share, `${open ? 'open' : 'closed'}${limit}`];
    }),
  ];
  return factLines(facts, out.paint, text => (text.startsWith('closed') ? out.paint.red(text) : text));
}

export function intakeLines({ open, reason, message, since, until }: IntakeAnswer, { out, now }: Shown): string[] {
  const moment = (at: string | undefined) => at && momentText(Date.parse(at), now());
  const facts: Fact[] = [
    ['intake', open ? 'open' : 'closed'],
    ['why', reason],
    ['callers read', message],
    ['since', moment(since)],
    ['until', open ? undefined : (moment(until) ?? 'somebody opens it')],
  ];
  const paint = (text: string) => (open ? out.paint.green(text) : out.paint.red(text));
  return factLines(facts, out.paint, (text, name) => (name === 'intake' ? paint(text) : text));
}

export function queueLines(queues: readonly QueueAnswer[], { out }: Pick<Shown, 'out'>): string[] {
  return tableLines<QueueAnswer>(
    [
      { title: 'QUEUE', of: ({ name }) => name },
      {
        title: 'STATE',
        of: ({ state }) => state,
        paint: (text, { state }) => (state === 'paused' ? out.paint.red(text) : text),
      },
      { title: 'WAITING', of: ({ waiting }) => (waiting === undefined ? '' : String(waiting)), right: true },
      {
        title: 'OLDEST',
        of: ({ oldestWaitingSeconds: seconds }) => (seconds === undefined ? '' : spanText(seconds * 1_000)),
        right: true,
      },
      { title: 'BY', of: ({ because = '' }) => because },
      { title: 'UNTIL', of: pauseEnd },
      { title: 'WHY', of: ({ reason = '' }) => reason, shrinksTo: 10 },
    ],
    queues,
    { width: out.columns(), paintTitle: out.paint.dim },
  );
}

/** To the minute, which is how often somebody looks whether a pause is over. */
function pauseEnd({ state, until }: QueueAnswer): string {
  if (state !== 'paused') return '';
  return until === undefined ? 'resumed' : localText(Date.parse(until)).slice(0, 16);
}

function percentText(spentUsd: number, capUsd: number): string {
  return capUsd === 0 ? '' : ` (${Math.floor((spentUsd / capUsd) * 100)} %)`;
}
