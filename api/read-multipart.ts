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
    parser.on('file', (name, stream) => {
      const collector = createCollector(Math.min(announced, limits.fileBytesMax));
      stream.on('data', (chunk: Buffer) => collector.add(chunk));
      stream.on('limit', () => fail(new ProblemError('image_too_large')));
      stream.on('error', fail);
      stream.on('end', () => files.push({ name, bytes: collector.take() }));
    });
    parser.on('field', (name, value, { valueTruncated, nameTruncated }) => {
      if (valueTruncated || nameTruncated) fail(new ProblemError('body_too_large'));
      else if (fields.has(name)) fail(invalid(`The field "${name.slice(0, 40)}" is there twice.`));
      else fields.set(name, value);
    });
    parser.on('filesLimit', () => fail(invalid('Send exactly one photo.')));
    parser.on('fieldsLimit', () => fail(invalid(`Send at most ${limits.fieldsMax} fields.`)));
    parser.on('error', fail);
    parser.on('close', () => resolve({ fields, files }));
    request.on('aborted', () => fail(invalid('The body ended before it was complete.')));
    request.on('error', fail);
    request.pipe(parser);
  });
}

function openParser(headers: IncomingHttpHeaders, { fileBytesMax, fieldBytesMax, fieldsMax }: MultipartLimits): Busboy {
  try {
    // One byte and one file more than allowed, so that "exactly at the limit" and "beyond" can be told apart.
    const limits = {
      fileSize: fileBytesMax + 1,
      fieldSize: fieldBytesMax,
      fields: fieldsMax,
      files: 1,
      parts: fieldsMax + 2,
    };
    return busboy({ headers, limits, defParamCharset: 'utf8' });
  } catch (error) {
    throw invalid('The Content-Type of a multipart body needs a boundary.', error);
  }
}

function invalid(detail: string, cause?: unknown): ProblemError {
  return new ProblemError('body_invalid', { detail, cause });
}
