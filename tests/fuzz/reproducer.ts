/**
 * A failure as somebody can repeat it: the seed and the number, and what was sent, with the keys' names in place of keys.
 */
import type { Failure } from './fuzz.ts';
import type { Known } from './known.ts';

const BYTES_MAX = 3_000;

export function reproducer({ number, complaints, sent }: Failure, known: Known, seed: number): string {
  const last = sent.length - 1;
  const requests = sent.map(
    (bytes, index) => `--- ${index === last ? 'sent last' : 'sent before'}\n${written(bytes, known)}`,
  );
  return [`FUZZ_SEED=${seed} FUZZ_ONLY=${number}`, ...complaints.map(text => `  ${text}`), ...requests].join('\n');
}

/** For `printf '%b' '…' | nc host port`. */
function written(bytes: Buffer, { credentials, host }: Known): string {
  let text = bytes.toString('latin1', 0, BYTES_MAX).replaceAll(host, '$HOST');
  for (const [scheme, values] of Object.entries(credentials)) {
    for (const [index, value] of values.entries()) text = text.replaceAll(value, `$${scheme}${index}`);
  }
  const escaped = text.replaceAll(/[^\x20-\x5b\x5d-\x7e\r\n]/g, character => `\\x${hex(character)}`);
  const more = bytes.length > BYTES_MAX ? `\n… ${bytes.length - BYTES_MAX} bytes more` : '';
  return escaped.replaceAll('\r\n', '\\r\\n\n') + more;
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(2, '0');
}
