/**
 * `easel status`: what an operator who was woken wants to know first, on one screen, and an exit code for scripts.
 */
import type { StatsAnswer } from '../admin-answers.ts';
import { endsSoon, needsHand } from '../attention.ts';
import type { Call, Command } from '../command.ts';
import { type Fact, factLines } from '../facts.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { dollars } from '../job-text.ts';
import { localText, spanText } from '../time-text.ts';

export const status: Command = {
  name: 'status',
  summary: 'tell whether something needs a hand',
  keyKind: 'admin',
  direct: true,
  takes: '',
  counts: [0, 0],
  options: {},
  notes: [
    'Exit code 1 when something needs a hand: closed intake, a paused queue, a job that waits too long, a model that does',
    'not answer, a budget nearly spent, many failures, or no sweep for five minutes.',
  ],
  examples: ['easel status', 'easel status --json | jq -r ".needsHand[]"', 'easel status --direct'],
  run: showStatus,
};

async function showStatus(call: Call): Promise<ExitCode> {
  const { client, out, json, now } = call;
  const stats = await client.json<StatsAnswer>('GET', '/v1/admin/stats');
  const needs = needsHand(stats, now());
  const ends = endsSoon(stats, now());
  if (json) out.line(JSON.stringify({ ok: needs.length === 0, needsHand: needs, endsSoon: ends, stats }, null, 2));
  else print(call, stats, { needs, ends });
  return needs.length === 0 ? EXIT.ok : EXIT.noPicture;
}

interface Found {
  readonly needs: readonly string[];
  readonly ends: readonly { readonly what: string; readonly at: string }[];
}

function print({ out }: Call, stats: StatsAnswer, { needs, ends }: Found): void {
  const { intake, queues, budget, models, ceiling, last, throughput } = stats;
  const open = models.filter(({ circuit }) => circuit === 'open').map(({ id }) => id);
  const held = models.filter(one => one.held !== undefined).map(({ id }) => id);
  const facts: Fact[] = [
    ['intake', intake.open ? 'open' : 'closed'],
    ...queues.map((queue): Fact => [queue.name, queueText(queue)]),
    ['provider', open.length === 0 ? 'answers' : `does not answer: ${open.join(', ')}`],
    ['held back', held.length === 0 ? undefined : held.join(', ')],
    ['ceiling', ceiling.slots === null ? undefined : `${ceiling.slots} jobs at once in each worker`],
    ['spent', `${dollars(budget.spentUsd)}${budget.capUsd === null ? '' : ` of ${dollars(budget.capUsd)}`}`],
    ['finished', `${throughput.finished} in the last ${throughput.minutes} minutes`],
    ['took', tookText(last.jobs)],
    ...ends.map(({ what, at }): Fact => ['ends soon', `${what} at ${localText(Date.parse(at)).slice(11, 16)}`]),
  ];
  for (const line of factLines(facts, out.paint)) out.line(line);
  out.line('');
  if (needs.length === 0) out.line(out.paint.green('All is well.'));
  for (const sentence of needs) out.line(out.paint.red(sentence));
}

function queueText({ state, waiting, oldestWaitingSeconds: seconds }: StatsAnswer['queues'][number]): string {
  const oldest = seconds === undefined ? '' : `, the oldest for ${spanText(seconds * 1_000)}`;
  return waiting === undefined ? state : `${state}, ${waiting} waiting${oldest}`;
}

function tookText({ p50Ms, p95Ms }: StatsAnswer['last']['jobs']): string | undefined {
  return p50Ms === undefined || p95Ms === undefined ? undefined : `p50 ${spanText(p50Ms)}, p95 ${spanText(p95Ms)}`;
}
