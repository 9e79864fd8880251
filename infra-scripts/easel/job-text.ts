/**
 * A job in words: its state in colour, what is worth a remark beside it, and the block that `jobs show` prints.
 */
import type { AttemptAnswer, JobAnswer } from './answers.ts';
import { EXIT, type ExitCode } from './faults.ts';
import type { Hue, Paint } from './screen.ts';
import { tableLines } from './table.ts';
import { harmless } from './text-width.ts';
import { localText, momentText, relativeText, spanText } from './time-text.ts';

const HUES: { readonly [status: string]: Hue } = {
  running: 'cyan',
  succeeded: 'green',
  blocked: 'yellow',
  failed: 'red',
  expired: 'red',
  refused: 'red',
  canceled: 'dim',
  skipped: 'dim',
};

export function paintStatus(paint: Paint, status: string, text = status): string {
  const hue = HUES[status];
  return hue && text !== '' ? paint[hue](text) : text;
}

/** What a finished job means for the exit code. */
export function exitCodeOf({ done, status }: JobAnswer): ExitCode {
  return done && status !== 'succeeded' ? EXIT.noPicture : EXIT.ok;
}

/** From the submit to the end, in milliseconds by the service's clock. */
export function tookMs({ createdAt, finishedAt }: JobAnswer): number | undefined {
  return finishedAt === undefined ? undefined : Date.parse(finishedAt) - Date.parse(createdAt);
}

/** What a job that is not done waits for, or why a finished one is unlike others; empty where nothing is to say. */
export function remark(job: JobAnswer, nowMs: number): string {
  const { queue, retryAt, attempt, error } = job;
  const parts = [
    queue?.position !== undefined ? `number ${queue.position}${queue.more ? ' or later' : ''} in the queue` : undefined,
    queue?.paused
      ? `paused${queue.resumesAt ? `, ends ${relativeText(Date.parse(queue.resumesAt), nowMs)}` : ''}`
      : undefined,
    queue?.etaSeconds !== undefined && !job.done ? `about ${spanText(queue.etaSeconds * 1_000)} left` : undefined,
    job.cancelRequested ? 'cancel requested' : undefined,
    retryAt !== undefined && !job.done ? `next try ${relativeText(Date.parse(retryAt), nowMs)}` : undefined,
    attempt > 1 && job.status === 'running' ? `attempt ${attempt}` : undefined,
    error?.code,
    job.reused ? 'reused, free' : undefined,
    job.erasedAt !== undefined ? 'erased' : undefined,
  ];
  return parts.filter(part => part !== undefined).join(', ');
}

export function blockOf(job: JobAnswer, { paint, nowMs }: { paint: Paint; nowMs: number }): string[] {
  const moment = (at: string | undefined) => at && momentText(Date.parse(at), nowMs);
  const took = tookMs(job);
  const facts: readonly (readonly [name: string, value: string | undefined])[] = [
    ['status', statusLine(job, paint, nowMs)],
    ['error', job.error && `${job.error.message}${job.error.retryable ? '' : ' (final)'}`],
    ['style', job.style ?? 'drawn by a prompt'],
    ['custom id', job.customId],
    ['batch', job.batchId],
    ['created', moment(job.createdAt)],
    ['started', moment(job.startedAt)],
    ['finished', moment(job.finishedAt)],
    ['took', took === undefined ? undefined : spanText(took)],
    ['erased', moment(job.erasedAt)],
    ['charge', job.charge],
    ['cost', job.costUsd === undefined ? undefined : `${dollars(job.costUsd)} (${job.model})`],
    ...Object.entries(job.metadata ?? {}).map(([name, value]) => [`· ${name}`, value] as const),
  ];
  const known = facts.filter(([, value]) => value !== undefined && value !== '');
  return [
    paint.bold(harmless(job.id)),
    ...factLines(known, paint),
    ...attemptLines(job.attempts ?? [], paint),
    ...pictureLines(job, paint, nowMs),
  ];
}

/** The one value that bears colour already; all others come from outside. */
function statusLine(job: JobAnswer, paint: Paint, nowMs: number): string {
  const more = remark({ ...job, attempt: 1 }, nowMs);
  return `${paintStatus(paint, job.status)}${more === '' ? '' : ` (${harmless(more)})`}`;
}

function factLines(facts: readonly (readonly [name: string, value: string | undefined])[], paint: Paint): string[] {
  const width = Math.max(...facts.map(([name]) => harmless(name).length));
  return facts.map(([name, value = '']) => {
    return `  ${paint.dim(harmless(name).padEnd(width))}  ${name === 'status' ? value : harmless(value)}`;
  });
}

function attemptLines(attempts: readonly AttemptAnswer[], paint: Paint): string[] {
  if (attempts.length === 0) return [];
  const span = ({ startedAt, endedAt }: AttemptAnswer) =>
    endedAt === undefined ? 'running' : spanText(Date.parse(endedAt) - Date.parse(startedAt));
  const lines = tableLines<AttemptAnswer>(
    [
      { title: 'attempt', of: attempt => String(attempts.indexOf(attempt) + 1), right: true },
      { title: 'began', of: ({ startedAt }) => localText(Date.parse(startedAt)).slice(11) },
      { title: 'took', of: span, right: true },
      { title: 'outcome', of: ({ outcome = '' }) => outcome },
      { title: 'model', of: ({ model }) => model },
      { title: 'billed', of: ({ billed = '' }) => billed },
      { title: 'cost', of: ({ costUsd }) => (costUsd === undefined ? '' : dollars(costUsd)), right: true },
    ],
    attempts,
    { paintTitle: paint.dim },
  );
  return ['', ...lines.map(line => `  ${line}`)];
}

function pictureLines({ output }: JobAnswer, paint: Paint, nowMs: number): string[] {
  if (!output) return [];
  const { width, height, contentType, bytes, expiresAt, url, urlExpiresAt } = output;
  const kept = localText(Date.parse(expiresAt)).slice(0, 10);
  return [
    '',
    `  ${width} × ${height} ${harmless(contentType)}, ${sizeText(bytes)}, kept until ${kept}`,
    `  ${harmless(url)}`,
    `  ${paint.dim(`the link works for everybody until ${localText(Date.parse(urlExpiresAt)).slice(11, 16)}`)}` +
      paint.dim(` (${relativeText(Date.parse(urlExpiresAt), nowMs)})`),
  ];
}

/** `$0.039`: as many decimals as there are, at least two. */
export function dollars(usd: number): string {
  return `$${usd.toFixed(6).replace(/0{1,4}$/, '')}`;
}

/** `264 kB`, `1.2 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 999_500 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
