import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../tests/test-clock.ts';
import { decodeBase64 } from './base64.ts';

const test = suite('base64');
const MIB = 2 ** 20;

test('every length comes back, with padding and without, in lines and in one', () => {
  const random = seededRandom(7);
  for (let length = 0; length < 100; length++) {
    const bytes = Buffer.from(random.bytes(length));
    const text = bytes.toString('base64');
    const forms = [text, text.replaceAll('=', ''), text.replaceAll(/.{5}/g, '$&\r\n'), ` ${text}\n`];
    for (const form of forms) assert.equal(decodeBase64(form), bytes, form);
  }
});

test('what is no base64 is not guessed at', () => {
  const wrong = [
    'A',
    'AAAAA',
    'AA=',
    'AAA==',
    'AAAA=',
    '=',
    '==',
    'AA==AA==',
    'AA=A',
    'A-_A',
    'AA%A',
    'AAAÄ',
    'AA\0A',
    'AA\u00a0AA',
  ];
  for (const text of wrong) assert.is(decodeBase64(text), undefined, text);
});

test('the largest photo is read, and so is as much text that is none', () => {
  const photo = Buffer.alloc(20 * MIB, 'photo');
  assert.ok(decodeBase64(photo.toString('base64'))?.equals(photo));
  for (const part of ['A', 'A ', ' ', '=']) {
    const text = part.repeat((27 * MIB) / part.length);
    assert.is(decodeBase64(`${text}%`), undefined, part);
  }
});

test.run();
