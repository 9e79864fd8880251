/**
 * Texts as bytes that HTTP takes in their place. What it does not take is sent by the raw conversations alone: here it
 * would only cut a request in two.
 */

/** For a header: no control characters but the tab. */
export function headerText(text: string): string {
  return latin1(text, code => code === 0x09 || (code >= 0x20 && code !== 0x7f));
}

/** For a target: no blanks either, and never nothing. */
export function targetText(text: string): string {
  return latin1(text, code => code > 0x20 && code !== 0x7f) || '/';
}

/** Each character stands for one byte of UTF-8. */
function latin1(text: string, takes: (code: number) => boolean): string {
  return String.fromCharCode(...Buffer.from(text).filter(takes));
}
