/**
 * Turns what the file system throws into a fault with a sentence; a fault stays what it is. Anything else is a mistake
 * in this program and is thrown on.
 */
import { EXIT, Fault } from './faults.ts';

export function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (!(error instanceof Error)) throw error;
  const { syscall, path, message, name } = error as NodeJS.ErrnoException;
  if (name === 'AbortError') return new Fault(EXIT.interrupted, 'Interrupted.', { cause: error });
  if (syscall === undefined) throw error;
  return new Fault(EXIT.noPicture, `${path ?? 'A file'} cannot be used: ${message}`, { cause: error });
}
