import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cutMessages, prefixed, readField, writeFields } from './firestore-wire.ts';

const test = suite('gRPC and Protocol Buffers, as far as the Firestore proxy reads them');

test('messages are whole, however the stream is cut', () => {
  const sent = [Buffer.alloc(0), Buffer.from('a'), Buffer.alloc(70_000, 'b'), Buffer.from('c')];
  const stream = Buffer.concat(sent.map(prefixed));
  for (const length of [1, 2, 5, 6, 1_000, stream.length]) {
    const heard: Buffer[] = [];
    const hear = cutMessages(message => heard.push(Buffer.from(message)));
    for (let at = 0; at < stream.length; at += length) hear(stream.subarray(at, at + length));
    assert.equal(heard, sent, `in pieces of ${length}`);
  }
});

test('a compressed message is not taken for another one', () => {
  const frame = prefixed(Buffer.from('a'));
  frame[0] = 1;
  assert.throws(() => cutMessages(() => {})(frame), /compressed/);
});

test('a field is found by its number, behind fields of every other type', () => {
  const varint = Buffer.from([0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]);
  const eightBytes = Buffer.from([0x11, 1, 2, 3, 4, 5, 6, 7, 8]);
  const fourBytes = Buffer.from([0x1d, 1, 2, 3, 4]);
  const counted = writeFields({ 4: Buffer.alloc(300, 'x'), 5: Buffer.from('found'), 2000: Buffer.from('far') });
  const message = Buffer.concat([varint, eightBytes, fourBytes, counted]);
  assert.is(readField(message, 5)?.toString(), 'found');
  assert.is(readField(message, 2_000)?.toString(), 'far');
  assert.is(readField(message, 4)?.length, 300);
  assert.is(readField(message, 6), undefined);
  assert.is(readField(Buffer.alloc(0), 1), undefined);
  assert.throws(() => readField(Buffer.from([0x0b]), 1), /wire type 3/);
});

test.run();
