/**
 * Turns what a schema complains about into the `errors` of a problem: one entry for each bad field, with a JSON pointer.
 */
import type { z } from 'zod';
import { ProblemError } from './errors.ts';

/** Whoever has got so much wrong needs no further entry, and the answer must not outgrow the request many times. */
const ERRORS_MAX = 100;

export function fieldErrors(error: z.ZodError): ProblemError {
  const errors = error.issues.flatMap(({ path, message, ...issue }) => {
    if (issue.code !== 'unrecognized_keys') return [{ pointer: pointer(path), detail: message }];
    return issue.keys.map(key => ({ pointer: pointer([...path, key]), detail: 'there is no such field' }));
  });
  return new ProblemError('fields_invalid', { errors: errors.slice(0, ERRORS_MAX) });
}

/** Throws `fields_invalid` for one field that only the route can judge. */
export function refuseField(name: string, detail: string): never {
  throw new ProblemError('fields_invalid', { errors: [{ pointer: pointer(name.split('.')), detail }] });
}

function pointer(path: readonly PropertyKey[]): string {
  return path.map(part => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
