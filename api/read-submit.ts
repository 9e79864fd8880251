/**
 * Reads the body of a submit, multipart or JSON, into the same thing: its fields and the bytes of one photo, or the
 * address where a shop's server says that it is.
 */
import type { Context } from 'koa';
import { z } from 'zod';
import { PHOTO_BYTES_MAX } from '../common/check-photo.ts';
import { ProblemError } from '../common/errors.ts';
import { fieldErrors, refuseField } from '../common/field-errors.ts';
import { URL_LENGTH_MAX } from '../common/outbound/target.ts';
import { parseSubmitFields, type SubmitFields } from '../common/submit-fields.ts';
import { findUpload, UPLOAD_ID } from '../common/uploads.ts';
import type { Api } from './api.ts';
import { decodeBase64 } from './base64.ts';
import type { SetAside } from './body-budget.ts';
import { readUploaded } from './kept-photos/find.ts';
import { maySeeUpload, shopperOf } from './owner-of.ts';
import { readBody } from './read-body.ts';
import { JSON_BYTES_MAX, parseObject } from './read-json.ts';
import { readMultipart } from './read-multipart.ts';

export interface SubmitBody {
  readonly fields: SubmitFields;
  readonly photo: Buffer | PhotoAddress;
  /** The upload that it came from. */
  readonly uploadId?: string;
}

/** As the URL parser writes it, without the part that no server sees: one photo, one text. */
export interface PhotoAddress {
  readonly url: string;
}

/** Room for 20 MiB of photo as base64 and the fields beside it. */
export const JSON_WITH_PHOTO_BYTES_MAX = 28 * 2 ** 20;
const MULTIPART_OVERHEAD_BYTES = 2 ** 20;
const JSON_FIELDS = ['options', 'metadata', 'webhook'];
const FORM = { fileBytesMax: PHOTO_BYTES_MAX, fieldBytesMax: 64 * 2 ** 10, fieldsMax: 16 };
/** Where a data URL begins, as browsers make them. */
const DATA_URL = /^data:[a-z]+\/[a-z0-9.+-]+;base64,/i;
const DATA_URL_START_MAX = 200;

/** Where the photo of a JSON submit comes from. */
export const submitImage = z.union([
  z.strictObject({ data: z.string() }),
  z.strictObject({ uploadId: z.string().regex(UPLOAD_ID, 'expected the uploadId of POST /v1/uploads') }),
  z.strictObject({ url: z.string().max(URL_LENGTH_MAX) }),
]);

/** The most that this request may take in memory, in bytes. */
export function submitBytes(ctx: Context): number {
  const bound = ctx.is('multipart/form-data') ? PHOTO_BYTES_MAX + MULTIPART_OVERHEAD_BYTES : JSON_WITH_PHOTO_BYTES_MAX;
  return Math.min(ctx.request.length ?? bound, bound);
}

/** Throws the refusal that fits. */
export async function readSubmit(api: Api, ctx: Context, more: SetAside): Promise<SubmitBody> {
  if (ctx.is('multipart/form-data')) return readForm(ctx);
  if (ctx.is('application/json')) return readJson(api, ctx, more);
  throw new ProblemError('content_type_unsupported');
}

async function readForm(ctx: Context): Promise<SubmitBody> {
  const { fields, photo } = await readPhotoForm(ctx, JSON_FIELDS);
  return { fields: parseSubmitFields(fields), photo };
}

/** A form with one photo, and its other fields as they came; those of `jsonFields` are parsed. */
export async function readPhotoForm(
  ctx: Context,
  jsonFields: readonly string[],
): Promise<{ fields: Record<string, unknown>; photo: Buffer }> {
  const { fields, files } = await readMultipart(ctx.req, { ...FORM, textFields: jsonFields });
  const [file] = files;
  if (file?.name !== 'image') throw new ProblemError('image_missing');
  const named = [...fields].map(([name, text]) => [name, jsonFields.includes(name) ? fromJson(text, name) : text]);
  return { fields: Object.fromEntries(named), photo: file.bytes };
}

async function readJson(api: Api, ctx: Context, more: SetAside): Promise<SubmitBody> {
  const body = await readBody(ctx.req, JSON_WITH_PHOTO_BYTES_MAX);
  const { image, ...others } = parseObject(body);
  const fields = parseSubmitFields(others);
  const photo = await readImage(api, ctx, image, { bodyBytes: body.length, more });
  const named = submitImage.safeParse(image).data;
  return { fields, photo, ...(named && 'uploadId' in named ? { uploadId: named.uploadId } : {}) };
}

/** The photo that the `image` of a JSON body is or names. */
export async function readImage(
  api: Api,
  ctx: Context,
  image: unknown,
  { bodyBytes, more }: { bodyBytes: number; more: SetAside },
): Promise<Buffer | PhotoAddress> {
  if (image === undefined) throw new ProblemError('image_missing');
  const parsed = submitImage.safeParse(image);
  if (!parsed.success) throw refuseImage(parsed.error);
  if ('data' in parsed.data) return decode(parsed.data.data);
  if (bodyBytes > JSON_BYTES_MAX) throw new ProblemError('body_too_large');
  if ('url' in parsed.data) return readAddress(ctx, parsed.data.url);
  return readUpload(api, ctx, parsed.data.uploadId, more);
}

function fromJson(text: string, field: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuseField(field, 'expected JSON text');
  }
}

function refuseImage(error: z.ZodError): ProblemError {
  const [first] = error.issues;
  return first?.code === 'invalid_union'
    ? refuseField('image', 'expected {"data": "…base64…"}, {"uploadId": "upl_…"} or {"url": "https://…"}')
    : fieldErrors(error);
}

/** Whoever may name an address decides whom this service asks for it. */
function readAddress(ctx: Context, text: string): PhotoAddress {
  if (shopperOf(ctx).kind !== 'server') {
    refuseField('image.url', 'only a server key may send a photo by its address; send the bytes, or upload them first');
  }
  if (!URL.canParse(text)) throw new ProblemError('image_url_refused');
  const url = new URL(text);
  url.hash = '';
  return { url: url.href };
}

function decode(data: string): Buffer {
  return decodePhoto(data) ?? refuseField('image.data', 'expected base64');
}

/** Base64, or a data URL; undefined for anything else. */
export function decodePhoto(data: string): Buffer | undefined {
  const start = DATA_URL.exec(data.slice(0, DATA_URL_START_MAX))?.[0] ?? '';
  return decodeBase64(data.slice(start.length));
}

/** Read once and kept from then on by its bytes: what happens to the upload afterwards changes nothing. */
async function readUpload(api: Api, ctx: Context, id: string, more: SetAside): Promise<Buffer> {
  const upload = await findUpload(api.engine, id, found => maySeeUpload(ctx, found));
  if (!upload) throw new ProblemError('upload_unknown');
  more(upload.bytes);
  return readUploaded(api, upload);
}
