/**
 * Reads the body of a submit, multipart or JSON, into the same thing: its fields and the bytes of one photo.
 */
import type { Context } from 'koa';
import { ProblemError } from '../common/errors.ts';
import { PHOTO_BYTES_MAX } from './check-photo.ts';
import { readBody } from './read-body.ts';
import { readMultipart } from './read-multipart.ts';
import { parseSubmitFields, refuseField, type SubmitFields } from './submit-fields.ts';

export interface SubmitBody {
  readonly fields: SubmitFields;
  readonly photo: Buffer;
}

/** Room for 20 MiB of photo as base64 and the fields beside it. */
const JSON_BYTES_MAX = 28 * 2 ** 20;
const MULTIPART_OVERHEAD_BYTES = 2 ** 20;
const FORM = { fileBytesMax: PHOTO_BYTES_MAX, fieldBytesMax: 64 * 2 ** 10, fieldsMax: 16 };
const JSON_FIELDS = ['options', 'metadata'];
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/** The most that reading this request may take in memory, in bytes. */
export function submitBytes(ctx: Context): number {
  const bound = ctx.is('multipart/form-data') ? PHOTO_BYTES_MAX + MULTIPART_OVERHEAD_BYTES : JSON_BYTES_MAX;
  return Math.min(ctx.request.length ?? bound, bound);
}

/** Throws the refusal that fits. */
export async function readSubmit(ctx: Context): Promise<SubmitBody> {
  if (ctx.is('multipart/form-data')) return readForm(ctx);
  if (ctx.is('application/json')) return readJson(ctx);
  throw new ProblemError('content_type_unsupported');
}

async function readForm(ctx: Context): Promise<SubmitBody> {
  const { fields, files } = await readMultipart(ctx.req, FORM);
  const [file] = files;
  if (file?.name !== 'image') throw new ProblemError('image_missing');
  const named = [...fields].map(([name, text]) => [name, JSON_FIELDS.includes(name) ? fromJson(text, name) : text]);
  return { fields: parseSubmitFields(Object.fromEntries(named)), photo: file.bytes };
}

async function readJson(ctx: Context): Promise<SubmitBody> {
  const text = (await readBody(ctx.req, JSON_BYTES_MAX)).toString('utf8');
  const body = fromJson(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ProblemError('body_invalid', { detail: 'Expected a JSON object.' });
  }
  const { image, ...fields } = body as Record<string, unknown>;
  return { fields: parseSubmitFields(fields), photo: photoOf(image) };
}

function fromJson(text: string, field?: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (field !== undefined) return refuseField(field, 'expected JSON text');
    throw new ProblemError('body_invalid', { detail: 'The body is not valid JSON.', cause: error });
  }
}

/** `{data}`: base64, or a data URL as browsers make them. */
function photoOf(image: unknown): Buffer {
  if (image === undefined) throw new ProblemError('image_missing');
  const { data, ...others } = (typeof image === 'object' && image !== null ? image : {}) as Record<string, unknown>;
  if (typeof data !== 'string' || Object.keys(others).length > 0) {
    return refuseField('image', 'expected {"data": "…base64…"}');
  }
  const base64 = data.replace(/^data:[a-z]+\/[a-z0-9.+-]+;base64,/i, '').replace(/\s+/g, '');
  if (!BASE64.test(base64)) return refuseField('image', 'data: expected base64');
  return Buffer.from(base64, 'base64');
}
