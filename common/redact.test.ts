import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { redact } from './redact.ts';

const test = suite('redaction');

/** What a program throws for this. */
function thrown(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

const SECRET = 'c4n4ry';
const BASE64 = Buffer.alloc(120, SECRET).toString('base64');
const secrets: readonly (readonly [what: string, text: string])[] = [
  ['a key of ours', `no such key: sk_${SECRET}0123456789abcdef`],
  ['a webhook secret', `whsec_${SECRET}0123456789+/abcdef=`],
  ['a bearer token', `Authorization: Bearer ${SECRET}`],
  ['a token in quotes', `{"authorization":"${SECRET} and more"}`],
  ['a cookie', `Cookie: a=${SECRET}; b=c`],
  ['a key of Google', `AIzaSy${SECRET}aaaaaaaaaaaaaaaaaaaaaaaa is not valid`],
  ['a token of Google', `ya29.${SECRET}.x`],
  ['a JWT', `the token eyJhbGciOiJIUzI1NiJ9.eyJ${SECRET}.${SECRET} has expired`],
  ['a signed address', `GET https://storage.example/a/b?X-Goog-Signature=${SECRET}&x=y failed`],
  ['a path with a signature', `/objects/a?expires=1&signature=${SECRET}`],
  ['an address with a password', `https://me:${SECRET}@example.com/x`],
  ['a private key', `-----BEGIN PRIVATE KEY-----\n${SECRET}\n-----END PRIVATE KEY-----`],
  ['half a private key', `-----BEGIN PRIVATE KEY-----\n${SECRET}`],
  ['a picture', `data:image/png;base64,${BASE64}`],
  ['what a parser quotes', thrown(() => JSON.parse(`${SECRET} "x"`))],
  ['what it quotes from the middle', thrown(() => JSON.parse(`{"a":"b","c":${SECRET},"d":"efghijklmnopqrstuvwxyz"}`))],
  ['what a header takes for invalid', thrown(() => new Headers({ x: `${SECRET}"\n${SECRET}` }))],
];

test('whatever has the form of a secret is taken out', () => {
  for (const [what, text] of secrets) {
    assert.ok(/c4n4ry|YzRuNHJ5/.test(text), `${what}: there is something to take out`);
    assert.not.match(redact(text), /c4n4ry|YzRuNHJ5/, what);
  }
});

test('what an operator has to read stays', () => {
  const path = `cache/7a/${'7aebe2e9'.repeat(8)}-preview`;
  for (const text of [
    `there is no object "${path}"`,
    'connect ECONNREFUSED 127.0.0.1:8080',
    'Gemini answered 429: quota exceeded for model gemini-2.5-flash-image?',
    'The queue "easel-interactive" does not exist: run the setup.',
    'Firestore: 9 FAILED_PRECONDITION: The query requires an index.',
  ]) {
    assert.is(redact(text), text);
  }
});

test('a text is one line of bounded length, however long it was', () => {
  assert.is(redact('a\r\nb\u001b[31mc'), 'a b [31mc');
  assert.is(redact('x y '.repeat(5_000)).length, 1_000);
  // A pattern that runs away would not be done within the limit of this file.
  for (const part of ['"', '?', '://', 'a=', 'Bearer ', '-----BEGIN ', 'eyJ.', '" is ']) redact(part.repeat(2_000_000));
});

test.run();
