/**
 * Reads a small JSON body by a schema.
 */
import type { Context } from 'koa';
import type { z } from 'zod';
import { ProblemError } from '../common/errors.ts';
import { fieldErrors } from '../common/field-errors.ts';
import { readBody } from './read-body.ts';

export const JSON_BYTES_MAX = 256 * 2 ** 10;
/**
 * Many times what any request needs. A photo of 20 MiB in base64 is one value; as much text full of small ones would be
 * parsed for seconds, in which nobody else is answered, and take twenty times the room that is set aside for it.
 */
const VALUES_MAX = 50_000;

/** Throws `content_type_unsupported`, `body_too_large`, `body_invalid` or `fields_invalid`. */
export async function readJsonBody<S extends z.ZodType>(ctx: Context, schema: S): Promise<z.output<S>> {
  if (!ctx.is('application/json')) throw new ProblemError('content_type_unsupported');
  return parseFields(parseObject(await readBody(ctx.req, JSON_BYTES_MAX)), schema);
}

/** The same where the body may be left out, which says as much as `{}` does. */
export async function readOptionalJsonBody<S extends z.ZodType>(ctx: Context, schema: S): Promise<z.output<S>> {
  const body = await readBody(ctx.req, JSON_BYTES_MAX);
  if (body.length === 0) return parseFields({}, schema);
  if (!ctx.is('application/json')) throw new ProblemError('content_type_unsupported');
  return parseFields(parseObject(body), schema);
}

function parseFields<S extends z.ZodType>(fields: Record<string, unknown>, schema: S): z.output<S> {
  const parsed = schema.safeParse(fields);
  if (!parsed.success) throw fieldErrors(parsed.error);
  return parsed.data;
}

/** Throws `body_invalid` for what is no JSON object. */
export function parseObject(body: Buffer): Record<string, unknown> {
  if (['[', '{', ','].some(character => count(body, character) > VALUES_MAX)) {
    throw new ProblemError('body_invalid', { detail: 'The body holds more values than any request needs.' });
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw new ProblemError('body_invalid', { detail: 'The body is not valid JSON in UTF-8.', cause: error });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new ProblemError('body_invalid', { detail: 'Expected a JSON object.' });
}

/** How often the character is there, as far as it matters; those within texts count too. */
function count(body: Buffer, character: string): number {
  let found = 0;
  for (let at = body.indexOf(character); at >= 0 && found <= VALUES_MAX; at = body.indexOf(character, at + 1)) found++;
  return found;
}
