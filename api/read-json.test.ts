import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { z } from 'zod';
import { type ProblemCode, ProblemError } from '../common/errors.ts';
import { fieldErrors } from '../common/field-errors.ts';
import { parseObject } from './read-json.ts';

const test = suite('reading JSON');
const MIB = 2 ** 20;

test('an object is parsed, whatever it is named after, and nothing else is one', () => {
  assert.equal(parseObject(Buffer.from('{"a":[1,{"b":null}]}')), { a: [1, { b: null }] });
  const named = parseObject(Buffer.from('{"__proto__":{"a":1},"constructor":2}'));
  assert.equal([Object.keys(named), ({} as { a?: number }).a], [['__proto__', 'constructor'], undefined]);
  for (const text of ['', '[]', 'null', '"x"', '1', '{', '{"a":1}x', '\ufeff\ufeff{}', '{"a":"\xff"}']) {
    assert.is(codeOf(Buffer.from(text, 'latin1')), 'body_invalid', text);
  }
});

test('a large photo is one value; as much text full of small values is refused before it is parsed', () => {
  const photo = 'A'.repeat(27 * MIB);
  assert.is(Object.keys(parseObject(Buffer.from(`{"image":{"data":"${photo}"}}`))).length, 1);
  const times = 60_000;
  const bombs = [
    ...['[]', '{}', '0', '""', 'null'].map(value => `{"a":[${`${value},`.repeat(times)}0]}`),
    `{"a":${'['.repeat(times)}${']'.repeat(times)}}`,
    `${'{"a":'.repeat(times)}0${'}'.repeat(times)}`,
    `{${Array.from({ length: times }, (_, index) => `"k${index}":0`)}}`,
  ];
  for (const bomb of bombs) {
    assert.type(JSON.parse(bomb), 'object', 'it is JSON');
    assert.throws(() => parseObject(Buffer.from(bomb)), /more values than any request needs/, bomb.slice(0, 20));
  }
});

test('of very many faults the first hundred are told', () => {
  const fields = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`x${index}`, 0]));
  const { error } = z.strictObject({}).safeParse(fields);
  const { options } = fieldErrors(error ?? new z.ZodError([]));
  assert.equal([options.errors?.length, options.errors?.[99]?.pointer], [100, '/x99']);
});

test.run();

function codeOf(body: Buffer): ProblemCode | undefined {
  try {
    parseObject(body);
    return undefined;
  } catch (error) {
    if (error instanceof ProblemError) return error.code;
    throw error;
  }
}
