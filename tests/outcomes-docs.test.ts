/**
 * Holds the page about outcomes against the table of what Gemini answers: `UPDATE_DOCS=1` writes it.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OUTCOMES } from '../common/outcomes.ts';
import {
  BLOCK_REASONS,
  FAULTS,
  FINISH_REASONS,
  type FinishRow,
  REFUSALS,
  type RefusalRow,
} from '../worker/gemini-answers.ts';
import { holdsTable } from './docs-table.ts';

const test = suite('documentation of what Gemini answers');

const INTRODUCTION = [
  'The table in `worker/gemini-answers.ts`, row by row; each row is tested through the SDK. An answer is looked at from',
  'the top: the HTTP status, then a block of the prompt, then why the candidate ended, then its picture.',
];
const PICTURES = {
  none: 'never: it is not to be shown',
  final: 'yes, unless it is only a draft among the thoughts',
  any: 'yes; a draft among the thoughts where there is no other',
};

test('every answer of Gemini stands in docs/outcomes.md as the code has it', async () => {
  const refusals = Object.entries<RefusalRow>(REFUSALS).map(([came, { code, waits }]) => [
    came,
    `\`${code}\``,
    waits ? 'the time it names' : '',
  ]);
  const finishes = Object.entries<FinishRow>(FINISH_REASONS).map(([reason, { code, picture }]) => [
    named(reason),
    `\`${code}\``,
    PICTURES[picture],
  ]);
  await holdsTable('docs/outcomes.md', '## What Gemini answers', [
    ...INTRODUCTION,
    '',
    '### HTTP status other than 200',
    '',
    ...table(['what came', 'outcome', 'handed on'], refusals),
    '',
    'The first row that fits counts. The time is that of RetryInfo, else of Retry-After, and at most an hour.',
    '',
    '### The prompt was blocked',
    '',
    ...table(['`promptFeedback.blockReason`', 'outcome'], codes(BLOCK_REASONS, named)),
    '',
    '### Why the candidate ended',
    '',
    ...table(['`finishReason`', 'without a picture', 'does a picture count?'], finishes),
    '',
    'A picture that counts is delivered once it decodes completely.',
    '',
    '### No answer, or none that can be used',
    '',
    ...table(
      ['what happened', 'outcome'],
      codes(FAULTS, fault => fault),
    ),
  ]);
});

test('every outcome in the table is one that the job knows', () => {
  const rows = [...Object.values<RefusalRow>(REFUSALS), ...Object.values<FinishRow>(FINISH_REASONS)];
  const all = [...rows.map(row => row.code), ...Object.values(BLOCK_REASONS), ...Object.values(FAULTS)];
  for (const code of all) assert.ok(Object.hasOwn(OUTCOMES, code), code);
});

test.run();

function codes(rows: { readonly [came: string]: string }, name: (came: string) => string): string[][] {
  return Object.entries(rows).map(([came, code]) => [name(came), `\`${code}\``]);
}

function named(reason: string): string {
  return /^[A-Z_]+$/.test(reason) ? `\`${reason}\`` : reason;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`);
}
