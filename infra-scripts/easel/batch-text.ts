/**
 * A batch as text: the line of its progress, and all that is known of it.
 */
import type { BatchAnswer } from './batch-answers.ts';
import { factLines } from './facts.ts';
import { EXIT, type ExitCode } from './faults.ts';
import type { Paint } from './screen.ts';
import { harmless } from './text-width.ts';
import { momentText, spanText } from './time-text.ts';

const BAR_CELLS = 24;
/** Of fewer nobody can tell how long the rest will take. */
const ENDED_MIN = 2;

export function exitCodeOfBatch({ status }: Pick<BatchAnswer, 'status'>): ExitCode {
  return status === 'succeeded' ? EXIT.ok : EXIT.noPicture;
}

export function endedOf({ counts: { total, queued = 0, running = 0 } }: BatchAnswer): number {
  return total - queued - running;
}

/** When and at how many ended jobs the watching began: what is left is told by what has ended since. */
export interface Begun {
  readonly atMs: number;
  readonly ended: number;
}

/** `████░░  40/100  38 done  2 failed  $1.28  ETA 3m 12s`. */
export function progressText(batch: BatchAnswer, begun: Begun, nowMs: number): string {
  const { counts, status, costUsd, paused } = batch;
  const ended = endedOf(batch);
  const share = counts.total === 0 ? 0 : ended / counts.total;
  const cells = Math.round(share * BAR_CELLS);
  const failed = (counts.failed ?? 0) + (counts.expired ?? 0) + (counts.blocked ?? 0);
  const parts = [
    `${'█'.repeat(cells)}${'░'.repeat(BAR_CELLS - cells)}`,
    `${ended}/${counts.total}`,
    `${counts.succeeded ?? 0} done`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...((counts.canceled ?? 0) > 0 ? [`${counts.canceled} canceled`] : []),
    ...(costUsd === undefined ? [] : [`$${costUsd.toFixed(2)}`]),
    batch.done ? status : remaining(batch, begun, nowMs),
    ...(paused ? [pausedText(paused)] : []),
  ];
  return parts.filter(Boolean).join('  ');
}

function remaining(batch: BatchAnswer, begun: Begun, nowMs: number): string {
  if (batch.status === 'validating') return 'looking at the lines';
  const ended = endedOf(batch);
  const since = ended - begun.ended;
  if (since < ENDED_MIN) return '';
  return `ETA ${spanText(((nowMs - begun.atMs) / since) * (batch.counts.total - ended))}`;
}

function pausedText({ because, resumesAt }: NonNullable<BatchAnswer['paused']>): string {
  const why = because === 'budget' ? "the day's share of batches is used up" : (because ?? 'by an operator');
  return `paused: ${harmless(why)}${resumesAt === undefined ? '' : `, until ${harmless(resumesAt)}`}`;
}

export function batchBlock(batch: BatchAnswer, { paint, nowMs }: { paint: Paint; nowMs: number }): string[] {
  const { id, status, kind, lane, counts, customId, createdAt, finishedAt, costUsd, estimateUsd, tier } = batch;
  const at = (text: string | undefined) => text && momentText(Date.parse(text), nowMs);
  const counted = Object.entries(counts).filter(([name, count]) => name === 'total' || count > 0);
  const facts = factLines(
    [
      ['status', status],
      ['kind', kind],
      ['lane', lane],
      ['why', tier?.why],
      ['custom id', customId],
      ['created', at(createdAt)],
      ['finished', at(finishedAt)],
      ['wanted by', at(batch.deliverBy)],
      ['expected', batch.done ? undefined : at(tier?.expectedAt)],
      ['jobs', counted.map(([name, count]) => `${count} ${name}`).join(', ')],
      ['cost', costUsd === undefined ? undefined : `$${costUsd.toFixed(2)}`],
      ['estimate', estimateUsd === undefined ? undefined : `$${estimateUsd.toFixed(2)}`],
      ['paused', batch.paused && pausedText(batch.paused)],
      ['rejected', batch.rejected?.message],
    ],
    paint,
  );
  return [harmless(id), ...facts.map(line => `  ${line}`), ...invalidLines(batch).map(line => `  ${line}`)];
}

/** Which items were not valid, and why. */
export function invalidLines({ invalid }: Pick<BatchAnswer, 'invalid'>): string[] {
  if (!invalid || invalid.count === 0) return [];
  const listed = invalid.lines.map(({ line, pointer, detail }) => harmless(`line ${line}${pointer}: ${detail}`));
  const more = invalid.count - invalid.lines.length;
  return [...listed, ...(more > 0 ? [`and ${more} more`] : [])];
}
