/**
 * What `easel ledger check` and `rebuild` share: the days they are about, and how a difference is told.
 */
import type { CostsCheckAnswer } from './admin-answers.ts';
import type { Call, OptionSpecs } from './command.ts';
import { dollars } from './job-text.ts';

export const LEDGER_DAYS: OptionSpecs = {
  from: { value: 'day', help: 'the first day, such as 2026-11-01, of the last four weeks' },
  to: { value: 'day', help: 'the last one, included; the first unless you say' },
};

/** Every ledger is read: a large store takes its time. */
export const LEDGER_WAIT_S = 570;

const SHOWN = 10;

export function printCheck({ out, json }: Pick<Call, 'out' | 'json'>, answer: CostsCheckAnswer, done: string): void {
  if (json) {
    out.line(JSON.stringify(answer, null, 2));
    return;
  }
  for (const { day, field, booked, ledger } of answer.differences.slice(0, SHOWN)) {
    const amount = (value: number) =>
      field.endsWith('MicroUsd') || field.endsWith(':microUsd') ? dollars(value / 1e6) : `${value}`;
    out.line(`${day}  ${field}  booked ${amount(booked)}, the ledgers say ${amount(ledger)}`);
  }
  if (answer.differing > SHOWN) out.line(out.paint.dim(`and ${answer.differing - SHOWN} more`));
  const found = answer.differing === 0 ? 'booked as the ledgers say' : `${answer.differing} figures differ${done}`;
  out.line(`${found}; ledgers read: ${answer.runs}`);
  if (answer.moving.length > 0) {
    out.line(out.paint.yellow(`not looked at, as jobs ended meanwhile: ${answer.moving.join(', ')}; ask again`));
  }
}
