/**
 * As much of gRPC and of Protocol Buffers as it takes to follow a transaction through Firestore's calls: messages are
 * cut out of a stream, single fields read out of a message, and a message of such fields is written.
 */

/** One byte that tells whether the message is compressed, and four of its length. */
const PREFIX_BYTES = 5;
/** Wire types of Protocol Buffers; https://protobuf.dev/programming-guides/encoding/#structure. */
const [VARINT, EIGHT_BYTES, COUNTED, FOUR_BYTES] = [0, 1, 2, 5];

/** Takes the chunks of a gRPC stream and hands on each whole message. */
export function cutMessages(onMessage: (message: Buffer) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  return chunk => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= PREFIX_BYTES) {
      const end = PREFIX_BYTES + rest.readUInt32BE(1);
      if (rest.length < end) return;
      // Neither the SDK nor the emulator compresses; a message that cannot be read must not pass for an empty one.
      if (rest[0] !== 0) throw new Error('A compressed message cannot be followed.');
      onMessage(rest.subarray(PREFIX_BYTES, end));
      rest = rest.subarray(end);
    }
  };
}

/** The field's bytes, undefined when the message is without it. Only for fields of text, bytes or a message. */
export function readField(message: Uint8Array, wanted: number): Buffer | undefined {
  const bytes = Buffer.from(message);
  let at = 0;
  const readVarint = () => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = readVarint();
    const type = key % 8;
    if (type === VARINT) readVarint();
    else if (type === EIGHT_BYTES) at += 8;
    else if (type === FOUR_BYTES) at += 4;
    else if (type !== COUNTED) throw new Error(`A field of wire type ${type} cannot be read.`);
    else {
      const length = readVarint();
      if (Math.floor(key / 8) === wanted) return bytes.subarray(at, at + length);
      at += length;
    }
  }
  return undefined;
}

/** A message of fields of text, bytes or a message. */
export function writeFields(fields: Readonly<Record<number, Uint8Array>>): Buffer {
  return Buffer.concat(
    Object.entries(fields).flatMap(([number, bytes]) => [
      writeVarint(Number(number) * 8 + COUNTED),
      writeVarint(bytes.length),
      bytes,
    ]),
  );
}

/** As it goes over the wire. */
export function prefixed(message: Uint8Array): Buffer {
  const prefix = Buffer.alloc(PREFIX_BYTES);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

function writeVarint(value: number): Buffer {
  return value < 128
    ? Buffer.of(value)
    : Buffer.concat([Buffer.of((value % 128) + 128), writeVarint(Math.floor(value / 128))]);
}
