/**
 * Reads a small JSON body by a schema.
 */
import type { Context } from 'koa';
import type { z } from 'zod';
import { ProblemError } from '../common/errors.ts';
import { fieldErrors } from './field-errors.ts';
import { readBody } from './read-body.ts';

export const JSON_BYTES_MAX = 256 * 2 ** 10;

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
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (error) {
    throw new ProblemError('body_invalid', { detail: 'The body is not valid JSON in UTF-8.', cause: error });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new ProblemError('body_invalid', { detail: 'Expected a JSON object.' });
}
