/**
 * What a person sees of jobs going on: the board's escape sequences are played to a terminal of a few lines' code.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createBoard } from './board.ts';
import { ESCAPE } from './easel-process.ts';
import { createScreen } from './screen.ts';

const test = suite('the board');
const SIGNS = /␛\[(\d+)A|(␛\[J)|(\n)|([^␛\n\r]+)|\r/gu;
const NOW = Date.parse('2026-11-23T12:00:00Z');

test('on a terminal each job has one line, and a finished one stays above the others', () => {
  const { sink, shown } = terminal({ columns: 60 });
  const board = createBoard(createScreen(sink, { NO_COLOR: '1' }), { now: () => NOW, labels: ['a', 'longer'] });
  board.show('a', { status: 'sending', sinceMs: NOW - 100 });
  board.show('longer', { status: 'queued', sinceMs: NOW - 2_000, note: 'number 3 in the queue' });
  board.show('a', { status: 'running', sinceMs: NOW - 4_000 });
  assert.equal(shown(), ['⠋ a       running      4.0s', '⠋ longer  queued       2.0s  number 3 in the queue']);
  board.settle('longer', { status: 'succeeded', tookMs: 5_000, note: `→ ${'x'.repeat(60)}.jpg` });
  assert.equal(shown(), [`✓ longer  succeeded    5.0s  → ${'x'.repeat(60)}.jpg`, '⠋ a       running      4.0s']);
  board.settle('a', { status: 'failed', tookMs: 6_000 }, ['  why']);
  board.close();
  assert.equal(shown().slice(1), ['✗ a       failed       6.0s', '  why']);
});

test('lines that are drawn anew never run over the edge, and never fill the window', () => {
  const { sink, shown } = terminal({ columns: 40, rows: 8 });
  const labels = Array.from({ length: 20 }, (_, index) => `photo-with-a-long-name-${index}.jpg, charcoal`);
  const board = createBoard(createScreen(sink, { NO_COLOR: '1' }), { now: () => NOW, labels });
  for (const label of labels) board.show(label, { status: 'running', sinceMs: NOW, note: 'job_1' });
  const lines = shown();
  board.close();
  assert.is(lines.length, 6);
  assert.is(lines.at(-1), '  … and 15 more');
  for (const line of lines) assert.ok(line.length < 40, line);
  assert.equal(shown(), []);
});

test('colour only on a terminal, and not with NO_COLOR', () => {
  const painted = (isTTY: boolean, env: { [name: string]: string }) =>
    createScreen({ isTTY, write: () => {} }, env).paint.red('x') !== 'x';
  assert.is(painted(true, {}), true);
  assert.is(painted(true, { NO_COLOR: '' }), true, 'no-color.org: when set to something');
  assert.is(painted(true, { NO_COLOR: '1' }), false);
  assert.is(painted(true, { TERM: 'dumb' }), false);
  assert.is(painted(false, {}), false);
});

test('in a pipe each change is one line, once', () => {
  let written = '';
  const board = createBoard(createScreen({ write: text => (written += text) }, {}), { now: () => NOW, labels: ['a'] });
  for (const status of ['sending', 'running', 'running', 'saving']) board.show('a', { status, sinceMs: NOW });
  board.settle('a', { status: 'succeeded', tookMs: 1_234 });
  board.close();
  assert.is(written, 'a  sending\na  running\na  saving\na  succeeded in 1.2s\n');
});

test.run();

/** Knows what the board uses: cursor up, carriage return, clear below, new line. A long line wraps nowhere here. */
function terminal({ columns, rows = 24 }: { columns: number; rows?: number }) {
  const lines: string[] = [''];
  let at = 0;
  const play = (text: string) => {
    for (const [, up, clear, feed, plain] of text.replaceAll(ESCAPE, '␛').matchAll(SIGNS)) {
      if (up) at -= Number(up);
      else if (clear) lines.splice(at, lines.length, '');
      else if (feed) lines[++at] ??= '';
      else if (plain) lines[at] += plain;
    }
  };
  const sink = { isTTY: true, columns, rows, write: play };
  return { sink, shown: () => lines.slice(0, -1) };
}
