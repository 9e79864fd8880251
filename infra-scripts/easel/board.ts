/**
 * Shows many jobs going on at once. On a terminal every job has a line of its own that is drawn anew as it changes, and
 * a finished one moves up and stays; elsewhere each change is one line, once.
 */
import { paintStatus } from './job-text.ts';
import type { Screen } from './screen.ts';
import { fit, harmless, pad, widthOf } from './text-width.ts';
import { spanText } from './time-text.ts';

export interface Row {
  /** The job's state, or what is done for it here, such as `sending`. */
  readonly status: string;
  readonly note?: string;
  /** Since when it goes on, milliseconds since 1970. */
  readonly sinceMs?: number;
  /** How long it took, once that is known. */
  readonly tookMs?: number;
}

export interface Board {
  /** The job of that label as it is now. */
  show(label: string, row: Row): void;
  /** The job is over; `more` is printed below it. */
  settle(label: string, row: Row, more?: readonly string[]): void;
  /** Takes the lines of what is still going on away. */
  close(): void;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 120;
const STATUS_COLUMNS = 9;
const LABEL_COLUMNS_MAX = 48;
const CLEAR_BELOW = '\x1b[J';

export interface BoardOptions {
  readonly now: () => number;
  /** All labels that will come, for the width of their column. */
  readonly labels: readonly string[];
}

export function createBoard(screen: Screen, options: BoardOptions): Board {
  return screen.isTerminal ? liveBoard(screen, options) : plainBoard(screen, options);
}

function plainBoard(screen: Screen, { labels }: BoardOptions): Board {
  const said = new Map<string, string>();
  const width = widestOf(labels);
  const say = (label: string, { status, note, tookMs }: Row) => {
    const took = tookMs === undefined ? '' : ` in ${spanText(tookMs)}`;
    const line = `${pad(harmless(label), width)}  ${status}${took}${note ? `  ${harmless(note)}` : ''}`;
    if (said.get(label) !== line) screen.line(line);
    said.set(label, line);
  };
  return {
    show: say,
    settle(label, row, more = []) {
      say(label, row);
      for (const line of more) screen.line(line);
    },
    close() {},
  };
}

function liveBoard(screen: Screen, { now, labels }: BoardOptions): Board {
  const rows = new Map<string, Row>();
  const width = Math.min(widestOf(labels), LABEL_COLUMNS_MAX);
  let drawn = 0;
  let frame = 0;

  const draw = (above: readonly string[] = []) => {
    // One line less than there is room for, or the terminal would scroll and the lines above be drawn twice.
    const room = Math.max(1, screen.rows() - 2);
    const live = [...rows].slice(0, rows.size > room ? room - 1 : room);
    const lines = live.map(([label, row]) => lineOf(FRAMES[frame % FRAMES.length] ?? '', label, row));
    if (rows.size > live.length) lines.push(screen.paint.dim(`  … and ${rows.size - live.length} more`));
    const up = drawn > 0 ? `\x1b[${drawn}A` : '';
    screen.write(`${up}\r${CLEAR_BELOW}${[...above, ...lines].map(line => `${line}\n`).join('')}`);
    drawn = lines.length;
  };

  const lineOf = (mark: string, label: string, row: Row, isLast = false) => {
    const { status, note = '', sinceMs, tookMs } = row;
    const spent = tookMs ?? (sinceMs === undefined ? undefined : now() - sinceMs);
    const span = (spent === undefined ? '' : spanText(spent)).padStart(7);
    const head = `${mark} ${pad(fit(harmless(label), width), width)}  `;
    const whole = `${head}${status.padEnd(STATUS_COLUMNS)} ${span}  ${harmless(note)}`.trimEnd();
    // What stays may run over the end of the line, for a path has to be whole to be of use; what is drawn anew may not.
    const line = isLast ? whole : fit(whole, screen.columns() - 1);
    const from = head.length;
    const to = from + STATUS_COLUMNS;
    return line.slice(0, from) + paintStatus(screen.paint, status, line.slice(from, to)) + line.slice(to);
  };

  const timer = setInterval(() => {
    frame++;
    if (rows.size > 0) draw();
  }, FRAME_MS);

  return {
    show(label, row) {
      rows.set(label, row);
      draw();
    },
    settle(label, row, more = []) {
      rows.delete(label);
      draw([lineOf(markOf(row.status, screen), label, row, true), ...more]);
    },
    close() {
      clearInterval(timer);
      rows.clear();
      if (drawn > 0) draw();
    },
  };
}

function markOf(status: string, { paint }: Screen): string {
  if (status === 'succeeded') return paint.green('✓');
  // Not over, but nobody waits for it here.
  return status === 'queued' || status === 'running' ? '·' : paint.red('✗');
}

function widestOf(labels: readonly string[]): number {
  return Math.max(0, ...labels.map(label => widthOf(harmless(label))));
}
