/**
 * Values of a JSON Schema, good ones and broken ones.
 */
import type { JsonObject } from '../../api/openapi/schemas.ts';
import type { Dice } from './dice.ts';
import type { Known } from './known.ts';
import { nested, strangeJson, strangeText } from './strange.ts';

/** JSON that is written as it stands, among values that are not. */
export class RawJson {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Tree = { [name: string]: unknown };

const DAY_MS = 86_400_000;

/** A value that the schema takes. `name` is that of the field or parameter. */
export function goodValue(schema: JsonObject, name: string, known: Known, dice: Dice): unknown {
  const there = known.values[name];
  if (there && dice.percent(92)) return dice.pick(there);
  const { enum: choices, examples, anyOf, oneOf } = schema as { [keyword: string]: unknown[] | undefined };
  if (choices) return dice.pick(choices);
  if (examples && dice.percent(70)) return dice.pick(examples);
  const others = anyOf ?? oneOf;
  if (others) return goodValue(dice.pick(others) as JsonObject, name, known, dice);
  const type = Array.isArray(schema.type) ? dice.pick(schema.type) : schema.type;
  return ofType({ ...schema, type }, name, known, dice);
}

function ofType(schema: JsonObject, name: string, known: Known, dice: Dice): unknown {
  const { type, minimum = 0, maximum = 1_000, items = {}, minItems = 0, maxItems = 3 } = schema as Bounds;
  if (type === 'object') return goodObject(schema, known, dice);
  if (type === 'array') {
    const count = minItems + dice.below(Math.min(maxItems, 3) - minItems + 1);
    return Array.from({ length: count }, () => goodValue(items, `${name} item`, known, dice));
  }
  if (type === 'boolean') return dice.percent(50);
  if (type === 'integer') return dice.pick([minimum, maximum, minimum + dice.below(maximum - minimum + 1)]);
  if (type === 'number') return dice.pick([minimum, maximum, dice.below(1_000) / 8]);
  return type === 'null' ? null : goodText(schema, dice);
}

interface Bounds {
  readonly type?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: JsonObject;
  readonly minItems?: number;
  readonly maxItems?: number;
}

function goodText(schema: JsonObject, dice: Dice): string {
  if (schema.format === 'date-time')
    return new Date(Date.now() + (dice.below(5 * 48) - 48) * (DAY_MS / 48)).toISOString();
  const { minLength = 1, maxLength = 40 } = schema as { minLength?: number; maxLength?: number };
  const length = dice.pick([minLength, Math.min(maxLength, 200), minLength + dice.below(20)]);
  return Array.from({ length: Math.min(length, maxLength) }, () => dice.pick([...'abcxyz0189-é'])).join('');
}

export function goodObject(schema: JsonObject, known: Known, dice: Dice): Tree {
  const {
    properties = {},
    required = [],
    additionalProperties,
  } = schema as {
    properties?: { [name: string]: JsonObject };
    required?: string[];
    additionalProperties?: JsonObject | boolean;
  };
  const named = Object.entries(properties).flatMap(([name, property]) =>
    required.includes(name) || dice.percent(40) ? [[name, goodValue(property, name, known, dice)] as const] : [],
  );
  if (typeof additionalProperties !== 'object') return Object.fromEntries(named);
  const more = Array.from({ length: dice.below(4) }, (_, at) => [
    `k${at}`,
    goodValue(additionalProperties, '', known, dice),
  ]);
  return Object.fromEntries([...named, ...more]);
}

/** One thing in it is wrong: a member is missing, of another type, one too many, or too deep. */
export function breakTree(tree: Tree, dice: Dice): Tree {
  const names = Object.keys(tree);
  const name = names.length > 0 ? dice.pick(names) : 'style';
  const inner = tree[name];
  const strange = () => new RawJson(strangeJson(dice));
  return dice.weighed<() => Tree>([
    [6, () => ({ ...tree, [name]: strange() })],
    [
      2,
      () => ({ ...tree, [dice.pick(['colour', '', '__proto__x', 'a/b~c', 'toString', strangeText(dice)])]: strange() }),
    ],
    [2, () => Object.fromEntries(Object.entries(tree).filter(([other]) => other !== name))],
    [2, () => ({ ...tree, [name]: isTree(inner) ? breakTree(inner, dice) : [inner] })],
    [1, () => ({ ...tree, [name]: new RawJson(nested(1 + dice.below(20_000), dice)) })],
    [
      1,
      () => ({ ...tree, ...Object.fromEntries(Array.from({ length: dice.below(3_000) }, (_, at) => [`x${at}`, at])) }),
    ],
    [1, () => ({ ...tree, [name]: isTree(inner) ? { ...inner, data: large(dice) } : large(dice) })],
  ])();
}

/** Up to what the largest photo takes as text: seldom, because it costs as much as a thousand other requests. */
function large(dice: Dice): RawJson {
  const most = dice.percent(3) ? 28_000_000 : 200_000;
  const part = dice.pick(['x', 'A', 'A ', ' ', '=', '%', '[],', '{},', '"",', '0,']);
  const text = part.repeat(dice.below(most) / part.length);
  return new RawJson(part.endsWith(',') ? `[${text}0]` : `"${text}"`);
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof RawJson);
}

export function jsonText(value: unknown): string {
  if (value instanceof RawJson) return value.text;
  if (Array.isArray(value)) return `[${value.map(jsonText).join()}]`;
  if (!isTree(value)) return JSON.stringify(value) ?? 'null';
  return `{${Object.entries(value)
    .map(([name, member]) => `${JSON.stringify(name)}:${jsonText(member)}`)
    .join()}}`;
}
