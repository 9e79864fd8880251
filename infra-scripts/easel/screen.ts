/**
 * One output of the process, standard output or standard error: whether a person watches it, how wide it is, and the
 * colours that it may bear. Colour only on a terminal, and never with NO_COLOR (no-color.org).
 */
import { styleText } from 'node:util';

const HUES = ['red', 'green', 'yellow', 'cyan', 'bold', 'dim'] as const;
export type Hue = (typeof HUES)[number];
export type Paint = { readonly [hue in Hue]: (text: string) => string };

export interface Screen {
  readonly isTerminal: boolean;
  /** Of the terminal as it is now, 80 where it does not say; nothing is cut in a pipe. */
  columns(): number;
  rows(): number;
  readonly paint: Paint;
  write(text: string): void;
  line(text?: string): void;
}

/** What of a stream is used here: `process.stdout` and `process.stderr` are such. */
export interface Sink {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

export function createScreen(sink: Sink, env: { readonly [name: string]: string | undefined }): Screen {
  const isTerminal = sink.isTTY === true && env.TERM !== 'dumb';
  return {
    isTerminal,
    columns: () => (isTerminal ? sink.columns || 80 : Number.POSITIVE_INFINITY),
    rows: () => sink.rows || 24,
    paint: paintOf(isTerminal && !env.NO_COLOR),
    write: text => void sink.write(text),
    line: (text = '') => void sink.write(`${text}\n`),
  };
}

/** The same screen, showing nothing. */
export function muted(screen: Screen): Screen {
  return { ...screen, write: () => {}, line: () => {} };
}

function paintOf(coloured: boolean): Paint {
  const brush = (hue: Hue) => (text: string) => (coloured ? styleText(hue, text, { validateStream: false }) : text);
  return Object.fromEntries(HUES.map(hue => [hue, brush(hue)])) as Paint;
}
