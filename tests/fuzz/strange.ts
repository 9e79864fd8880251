/**
 * Texts and JSON values that programs stumble over.
 */
import type { Dice } from './dice.ts';

export const STRANGE_TEXTS: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '.',
  '..',
  '../../../../etc/passwd',
  '..\\..\\windows\\win.ini',
  '/',
  '//',
  '%',
  '%00',
  '%2e%2e%2f',
  '%zz',
  '%ff%fe',
  '%c0%ae',
  '%u0041',
  '\u202ebackwards',
  '\u0000\u0001\u001f\u007f',
  '\ud800',
  '\udc00\ud800',
  '\ufeff',
  '\u2028',
  'e\u0301'.repeat(40),
  '👩‍👩‍👧‍👦',
  'ﷺ'.repeat(30),
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'undefined',
  'null',
  'true',
  'NaN',
  'Infinity',
  '-0',
  '+1',
  '-1',
  ' 1',
  '0x10',
  '1e3',
  '1e400',
  '1.5',
  '1_000',
  '٣',
  '9'.repeat(400),
  '9007199254740993',
  "' OR '1'='1",
  '"; DROP TABLE jobs; --',
  '#{7*7}{{7*7}}<%= 7*7 %>',
  '<script>alert(1)</script>',
  '$(id)`id`|id;id',
  'a\r\nX-Injected: yes',
  'a\nb',
  '[object Object]',
  '{"$ne":null}',
  'x'.repeat(65),
  'x'.repeat(129),
  'x'.repeat(1_025),
  'x'.repeat(4_096),
  '2026-02-30T00:00:00Z',
  '2026-11-23T12:00:00',
  '2026-11-23T25:61:61Z',
  '2026-11-23T12:00:00+99:99',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '+275760-09-13T00:00:00.001Z',
  '999999d',
  '0s',
  'job_',
  `job_${'0'.repeat(26)}`,
  `job_${'z'.repeat(26)}`,
  `JOB_${'0'.repeat(26)}`,
  `upl_${'0'.repeat(26)}`,
  'null\u0000.png',
  'http://169.254.169.254/latest/meta-data/',
  'file:///etc/passwd',
  'https://127.0.0.1/',
  'https://[::1]/',
  'https://user:word@127.0.0.1/',
  'javascript:alert(1)',
  'data:text/html,x',
];

/** Raw JSON: numbers and keys that `JSON.stringify` never writes. */
const STRANGE_JSON: readonly string[] = [
  'null',
  'true',
  'false',
  '0',
  '-0',
  '-1',
  '1.5',
  '1e308',
  '1e400',
  '-1e400',
  '5e-324',
  '9007199254740993',
  '9'.repeat(500),
  '""',
  '"\\ud800"',
  '"\\u0000"',
  '[]',
  '{}',
  '[[[[]]]]',
  '[null]',
  '{"":""}',
  '{"__proto__":{"style":"charcoal"}}',
  '{"constructor":{"prototype":{"x":1}}}',
  '{"toString":1,"valueOf":2,"hasOwnProperty":3}',
  '{"length":-1,"0":"a"}',
  '{"$ref":"#"}',
];

export function strangeText(dice: Dice): string {
  const one = () => dice.pick(STRANGE_TEXTS);
  return dice.weighed<() => string>([
    [8, one],
    [1, () => one() + one()],
    [1, () => dice.bytes(dice.below(40)).toString('latin1')],
    [1, () => String.fromCodePoint(...Array.from({ length: 1 + dice.below(8) }, () => dice.below(0x110000)))],
  ])();
}

/** The text of a JSON value. */
export function strangeJson(dice: Dice): string {
  return dice.weighed<() => string>([
    [4, () => dice.pick(STRANGE_JSON)],
    [4, () => JSON.stringify(strangeText(dice))],
    [1, () => nested(1 + dice.below(200), dice)],
    [1, () => `[${Array.from({ length: dice.below(300) }, () => dice.pick(STRANGE_JSON)).join()}]`],
  ])();
}

export function nested(depth: number, dice: Dice): string {
  const [open, close] = dice.pick([
    ['[', ']'],
    ['{"a":', '}'],
  ] as const);
  return open.repeat(depth) + dice.pick(STRANGE_JSON) + close.repeat(depth);
}
