/**
 * Reads a multipart form with one file, in memory and within bounds. Only then does anything happen: half a form never
 * leads to a job.
 */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import busboy, { type Busboy } from 'busboy';
import { ProblemError } from '../common/errors.ts';
import { createCollector } from './collect.ts';

export interface Multipart {
  readonly fields: ReadonlyMap<string, string>;
  readonly files: readonly { readonly name: string; readonly bytes: Buffer }[];
}

export interface MultipartLimits {
  /** Fields that may come as a file of text too: browsers and generated clients send JSON parts that way. */
  readonly textFields: readonly string[];
  readonly fileBytesMax: number;
  readonly fieldBytesMax: number;
  readonly fieldsMax: number;
}

/** Throws `image_too_large`, or `body_invalid` with what is wrong. */
export async function readMultipart(request: IncomingMessage, limits: MultipartLimits): Promise<Multipart> {
  const parser = openParser(request.headers, limits);
  const announced = Number(request.headers['content-length'] ?? 0);
  return new Promise((resolve, reject) => {
    const fields = new Map<string, string>();
    const files: { name: string; bytes: Buffer }[] = [];
    const fail = (error: unknown) => {
      request.unpipe(parser);
      request.resume();
      reject(error instanceof ProblemError ? error : invalid('The multipart body is malformed or incomplete.', error));
    };
    const addField = (name: string, value: string) => {
      if (fields.has(name)) fail(invalid(`The field "${name.slice(0, 40)}" is there twice.`));
      // A form sends a field that nobody has filled in as an empty one.
      else if (value !== '') fields.set(name, value);
    };
    parser.on('file', (name, stream) => {
      const collector = createCollector(Math.min(announced, limits.fileBytesMax));
      stream.on('data', (chunk: Buffer) => collector.add(chunk));
      stream.on('limit', () => fail(new ProblemError('image_too_large')));
      stream.on('error', fail);
      stream.on('end', () => {
        const bytes = collector.take();
        if (!limits.textFields.includes(name)) files.push({ name, bytes });
        else if (bytes.length > limits.fieldBytesMax) fail(new ProblemError('body_too_large'));
        else addField(name, bytes.toString('utf8'));
        if (files.length > 1) fail(invalid('Send exactly one photo.'));
      });
    });
    parser.on('field', (name, value, { valueTruncated, nameTruncated }) => {
      if (valueTruncated || nameTruncated) fail(new ProblemError('body_too_large'));
      else addField(name, value);
    });
    parser.on('filesLimit', () => fail(invalid('Send exactly one photo.')));
    parser.on('fieldsLimit', () => fail(invalid(`Send at most ${limits.fieldsMax} fields.`)));
    parser.on('error', fail);
    parser.on('close', () => resolve({ fields, files }));
    const end = () => fail(invalid('The body ended before it was complete.'));
    request.on('aborted', end);
    request.on('error', fail);
    // A client that has gone by now is not told of again.
    if (request.destroyed) end();
    request.pipe(parser);
  });
}

function openParser(headers: IncomingHttpHeaders, limits: MultipartLimits): Busboy {
  const { fileBytesMax, fieldBytesMax, fieldsMax, textFields } = limits;
  try {
    // A byte and a file more than allowed, so that "exactly at the limit" and "beyond" can be told apart.
    const files = textFields.length + 2;
    const bounds = {
      fileSize: fileBytesMax + 1,
      fieldSize: fieldBytesMax,
      fields: fieldsMax,
      files,
      parts: fieldsMax + files,
    };
    return busboy({ headers, limits: bounds, defParamCharset: 'utf8' });
  } catch (error) {
    throw invalid('The Content-Type of a multipart body needs a boundary.', error);
  }
}

function invalid(detail: string, cause?: unknown): ProblemError {
  return new ProblemError('body_invalid', { detail, cause });
}
