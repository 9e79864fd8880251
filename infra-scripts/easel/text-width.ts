/**
 * Text as a terminal shows it: how many columns it takes, cut to fit, and without what would steer the terminal. Names
 * and messages come from callers of the API, so none of them is printed as it is.
 */
const SEGMENTS = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const WIDE = /\p{Extended_Pictographic}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}/u;
const NARROW_SIGN = /^[\p{ASCII}©®™✓✗↔→]$/u;
/** Control characters (an escape sequence needs one) and those that turn the direction of writing around. */
const STEERING = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** The text with every steering character made visible as �. */
export function harmless(text: string): string {
  return text.replace(STEERING, '\ufffd');
}

/** Columns that a text without escape sequences takes. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of SEGMENTS.segment(text)) width += widthOfSign(segment);
  return width;
}

/** At most `columns` wide, with … in place of what was cut off. */
export function fit(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let kept = '';
  let width = 0;
  for (const { segment } of SEGMENTS.segment(text)) {
    width += widthOfSign(segment);
    if (width > columns - 1) break;
    kept += segment;
  }
  return columns < 1 ? '' : `${kept}…`;
}

export function pad(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)));
}

export function padLeft(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - widthOf(text))) + text;
}

/** Lines of at most `columns`, broken between words; a longer word stays whole. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && widthOf(longer) > columns) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

function widthOfSign(sign: string): number {
  return !NARROW_SIGN.test(sign) && WIDE.test(sign) ? 2 : 1;
}
