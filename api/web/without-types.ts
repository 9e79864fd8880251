/**
 * TypeScript as browsers take it: the types become blanks, everything else stays where it is.
 */
import { stripTypeScriptTypes } from 'node:module';

/** Node calls this an experiment, in a warning at its first use, and yet starts every file of ours by it. */
export function withoutTypes(code: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(code);
  } finally {
    process.emitWarning = emitWarning;
  }
}
