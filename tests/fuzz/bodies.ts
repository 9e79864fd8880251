/**
 * Bodies: what the schema of the operation takes, and what breaks on the way to it.
 */
import type { JsonObject } from '../../api/openapi/schemas.ts';
import type { Dice } from './dice.ts';
import { goodForm, type Part, writeForm } from './forms.ts';
import type { Known } from './known.ts';
import type { FuzzOperation } from './operations.ts';
import { strangeJson, strangeText } from './strange.ts';
import { breakTree, goodObject, jsonText, type Tree } from './values.ts';

export interface FuzzBody {
  /** Undefined leaves the header out. */
  readonly type: string | undefined;
  readonly bytes: Buffer;
}

const STRANGE_TYPES: readonly string[] = [
  'application/json; charset=utf-16',
  'application/json;charset="utf-8"; x=y',
  'APPLICATION/JSON',
  'application/problem+json',
  'application/json, text/plain',
  'application/x-www-form-urlencoded',
  'text/plain',
  'text/html',
  'image/png',
  'multipart/form-data',
  'multipart/form-data; boundary=',
  `multipart/form-data; boundary=${'b'.repeat(300)}`,
  'multipart/mixed; boundary=b',
  '*/*',
  ';',
  '/',
  'a',
  `application/json;${'a=b;'.repeat(500)}`,
];

/** A body as the operation wants it, or one where none belongs; undefined for none. */
export function bodyOf(operation: FuzzOperation, known: Known, dice: Dice): FuzzBody | undefined {
  if (operation.bodies.length === 0) return dice.percent(8) ? anyBody(dice) : undefined;
  if (dice.percent(4)) return dice.percent(50) ? undefined : anyBody(dice);
  const [type, schema] = dice.pick(operation.bodies);
  const body = type === 'multipart/form-data' ? formBody(schema, known, dice) : jsonBody(type, schema, { known, dice });
  return dice.percent(5) ? { ...body, type: dice.pick([undefined, ...STRANGE_TYPES]) } : body;
}

function anyBody(dice: Dice): FuzzBody {
  const type = dice.pick([undefined, 'application/json', ...STRANGE_TYPES]);
  const bytes = dice.weighed<() => Buffer>([
    [3, () => Buffer.from(strangeJson(dice))],
    [2, () => Buffer.from(strangeText(dice))],
    [2, () => dice.bytes(dice.below(2_000))],
    [1, () => Buffer.alloc(dice.below(400_000), dice.below(256))],
    [1, () => Buffer.from('style=charcoal&image=%ff%00&style=ink-wash&a[b][c]=1')],
  ])();
  return { type, bytes };
}

interface Making {
  readonly known: Known;
  readonly dice: Dice;
}

function jsonBody(type: string, schema: JsonObject, { known, dice }: Making): FuzzBody {
  const good = oneWish(goodObject(schema, known, dice), dice);
  if (dice.percent(30)) return { type, bytes: Buffer.from(jsonText(good)) };
  const tree = dice.percent(75) ? breakTree(good, dice) : good;
  const text = jsonText(tree);
  return { type, bytes: dice.percent(40) ? breakJson(text, dice) : Buffer.from(text) };
}

/** Most of the time, or nearly every submit would fall for having both. */
function oneWish(tree: Tree, dice: Dice): Tree {
  const both = 'style' in tree && 'prompt' in tree;
  const neither = 'image' in tree && !('style' in tree) && !('prompt' in tree);
  if (dice.percent(10) || !(both || neither)) return tree;
  if (neither) return { ...tree, style: 'charcoal' };
  const { prompt: _, ...others } = tree;
  return others;
}

function breakJson(text: string, dice: Dice): Buffer {
  const at = dice.below(text.length + 1);
  return dice.weighed<() => Buffer>([
    [3, () => Buffer.from(text.slice(0, at))],
    [1, () => Buffer.from(`\ufeff${text}`)],
    [1, () => Buffer.from(`${text}${dice.pick([',', '}', ' x', '\0', text])}`)],
    [1, () => Buffer.from(`${' \n\t'.repeat(dice.below(2_000))}${text}`)],
    [1, () => Buffer.from(text, 'utf16le')],
    [1, () => Buffer.concat([Buffer.from(text.slice(0, at)), dice.bytes(3), Buffer.from(text.slice(at))])],
    [1, () => Buffer.concat([Buffer.from(text.slice(0, at)), Buffer.from('c0af', 'hex'), Buffer.from(text.slice(at))])],
    [
      1,
      () => Buffer.from(text.replace(/^\{/, `{"__proto__":${strangeJson(dice)},"constructor":${strangeJson(dice)},`)),
    ],
    [1, () => Buffer.from(text.replace(/^\{("[^"]*"):/, (_, name) => `{${name}:${strangeJson(dice)},${name}:`))],
    [1, () => Buffer.from(text.replaceAll('"', "'"))],
    [1, () => Buffer.from(`/* */${text}`)],
    [1, () => Buffer.from(`[${text}]`)],
    [1, () => Buffer.from(strangeJson(dice))],
    [1, () => Buffer.alloc(0)],
  ])();
}

function formBody(schema: JsonObject, known: Known, dice: Dice): FuzzBody {
  const { image: _, ...fields } = oneWish({ image: '', ...goodObject(schema, known, dice) }, dice);
  const parts: Part[] = Object.entries(fields).map(([name, value]) => ({ name, bytes: Buffer.from(String(value)) }));
  return writeForm([...parts, goodForm(dice.pick(known.photos), dice)], dice);
}
