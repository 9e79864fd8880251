/** Colour profiles whose description is ours. */

const TAGS_AT = 128;
const ENTRY_BYTES = 12;

/** The same colours under another name: the text goes behind the profile, and its entry is turned there. */
export function describedProfile(profile: Buffer, text: string): Buffer {
  const content = Buffer.from(text, 'utf16le').swap16();
  const described = Buffer.alloc(28 + content.length + (content.length % 4));
  described.write('mluc', 'latin1');
  described.writeUInt32BE(1, 8);
  described.writeUInt32BE(12, 12);
  described.write('enUS', 16, 'latin1');
  described.writeUInt32BE(content.length, 20);
  described.writeUInt32BE(28, 24);
  content.copy(described, 28);
  const whole = Buffer.concat([profile, Buffer.alloc(-profile.length & 3), described]);
  whole.writeUInt32BE(whole.length, 0);
  const entry = findEntry(whole, 'desc');
  whole.writeUInt32BE(whole.length - described.length, entry + 4);
  whole.writeUInt32BE(described.length, entry + 8);
  return whole;
}

function findEntry(profile: Buffer, tag: string): number {
  const count = profile.readUInt32BE(TAGS_AT);
  for (let index = 0; index < count; index++) {
    const entry = TAGS_AT + 4 + ENTRY_BYTES * index;
    if (profile.toString('latin1', entry, entry + 4) === tag) return entry;
  }
  throw new Error(`the profile has no ${tag}`);
}
