/**
 * CRC-32C (Castagnoli) in the form Cloud Storage gives it: base64 of four big-endian bytes. Written here and not taken
 * from the SDK, so that the double and the SDK check each other.
 */
export function crc32c(bytes: Uint8Array): string {
  const table = castagnoliTable();
  let remainder = 0xffffffff;
  for (const byte of bytes) remainder = (remainder >>> 8) ^ (table[(remainder ^ byte) & 0xff] ?? 0);
  const answer = Buffer.alloc(4);
  answer.writeUInt32BE((remainder ^ 0xffffffff) >>> 0);
  return answer.toString('base64');
}

let shared: Uint32Array | undefined;

function castagnoliTable(): Uint32Array {
  shared ??= Uint32Array.from({ length: 256 }, (_, index) => {
    let value = index;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
    return value >>> 0;
  });
  return shared;
}
