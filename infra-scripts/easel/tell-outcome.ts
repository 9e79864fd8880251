/**
 * What `easel generate` says at the end of each wish, at the end of all, and when it is interrupted: where the picture
 * is, or what became of it and which command gets hold of it later.
 */
import type { Board } from './board.ts';
import type { Call } from './command.ts';
import { faultJson, faultLines } from './fault-text.ts';
import { EXIT, type ExitCode, type Fault, Refusal } from './faults.ts';
import { remark, tookMs } from './job-text.ts';
import type { Outcome } from './make-picture.ts';
import { withStyleHint } from './style-hint.ts';
import { harmless } from './text-width.ts';
import { spanText } from './time-text.ts';

/** The same trouble is told once in full; what it stops after that gets a line. */
export function createTeller(call: Call, board: Board): (outcome: Outcome) => Promise<void> {
  const told = new Set<string>();
  return async outcome => {
    const { fault } = outcome;
    if (!fault) tellJob(call, board, outcome);
    else if (fault.exitCode !== EXIT.interrupted) {
      const isNew = !told.has(fault.message);
      told.add(fault.message);
      await tellFault(call, board, { ...outcome, fault }, isNew);
    }
  };
}

function tellJob({ json, out, err, now, options }: Call, board: Board, { wish, job, file }: Outcome): void {
  if (!job) return;
  const bothSeen = out.isTerminal && err.isTerminal;
  const took = tookMs(job);
  const note = [remark(job, now()), bothSeen && file !== undefined ? `→ ${file}` : job.id].filter(Boolean).join('  ');
  const more = job.error ? [`  ${harmless(job.error.message)}`] : [];
  board.settle(wish.label, { status: job.status, note, ...(took === undefined ? {} : { tookMs: took }) }, more);
  const result = options.flag('no-wait') ? job.id : file;
  if (json) out.line(JSON.stringify({ ...job, photo: wish.photo, ...(file === undefined ? {} : { file }) }));
  else if (result !== undefined && !bothSeen) out.line(result);
}

async function tellFault(
  { json, err, now, client }: Call,
  board: Board,
  { wish, job, fault: met }: Outcome & { readonly fault: Fault },
  isNew: boolean,
): Promise<void> {
  const fault = wish.style !== undefined && isNew ? await withStyleHint(client, met, wish.style) : met;
  const { photo, style, prompt } = wish;
  if (json) {
    err.line(faultJson(fault, { photo, style, prompt, id: job?.id }));
    return;
  }
  const lines = isNew ? faultLines(fault, { paint: err.paint, nowMs: now() }).map(line => `  ${line}`) : [];
  const goesOn = job && !job.done ? [`  The job goes on: easel jobs watch ${job.id}`] : [];
  const isMade = job?.status === 'succeeded' ? [`  The picture is made: easel jobs download ${job.id}`] : [];
  const note = isNew ? '' : 'for the same reason';
  board.settle(wish.label, { status: isNew ? wordFor(fault) : 'skipped', note }, [...lines, ...goesOn, ...isMade]);
}

function wordFor(fault: Fault): string {
  if (fault.exitCode === EXIT.unreachable) return 'no answer';
  return fault instanceof Refusal ? 'refused' : 'not saved';
}

/** One line for those who watched several. */
export function tellTotal({ json, err, now, options }: Call, outcomes: readonly Outcome[]): void {
  if (json || !err.isTerminal || outcomes.length < 2 || options.flag('no-wait')) return;
  const made = outcomes.filter(({ file }) => file !== undefined).length;
  const begun = Math.min(...outcomes.flatMap(({ job }) => (job ? [Date.parse(job.createdAt)] : [])), now());
  err.line(err.paint.dim(`${made} of ${outcomes.length} pictures in ${spanText(now() - begun)}`));
}

export function tellInterrupted({ err, json }: Call, outcomes: readonly Outcome[]): ExitCode {
  const going = outcomes.flatMap(({ job, wish, file }) => (job && file === undefined ? [{ job, wish }] : []));
  const unanswered = outcomes.filter(outcome => outcome.unanswered).length;
  if (json) {
    const jobs = going.map(({ job }) => job.id);
    err.line(JSON.stringify({ title: 'Interrupted.', exitCode: EXIT.interrupted, jobs, unanswered }));
    return EXIT.interrupted;
  }
  err.line(going.length > 0 ? 'Interrupted. The jobs go on; see them with' : 'Interrupted.');
  for (const { job, wish } of going) err.line(`  easel jobs show ${job.id}   ${err.paint.dim(harmless(wish.label))}`);
  if (unanswered > 0) {
    err.line(`Of ${unanswered} more the answer is missing; those that arrived are in`);
    err.line('  easel jobs list --since 5m');
  }
  return EXIT.interrupted;
}
