import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { isPlatformError, PlatformError } from '../platform/errors.ts';
import { checked, passing, told, translate } from './store-errors.ts';

const test = suite('Firestore errors');

/** gRPC's codes, the kind that becomes of each, and whether a failed read or commit is tried again. */
const TABLE = [
  ['CANCELLED', 1, 'unavailable', 'read commit'],
  ['UNKNOWN', 2, 'unavailable', 'read commit'],
  ['INVALID_ARGUMENT', 3, 'invalid', ''],
  ['DEADLINE_EXCEEDED', 4, 'unavailable', 'commit'],
  ['NOT_FOUND', 5, 'unavailable', ''],
  ['ALREADY_EXISTS', 6, 'unavailable', ''],
  ['PERMISSION_DENIED', 7, 'unavailable', ''],
  ['RESOURCE_EXHAUSTED', 8, 'unavailable', 'read commit'],
  ['FAILED_PRECONDITION', 9, 'invalid', ''],
  ['ABORTED', 10, 'contended', 'read commit'],
  ['OUT_OF_RANGE', 11, 'invalid', ''],
  ['UNIMPLEMENTED', 12, 'unavailable', ''],
  ['INTERNAL', 13, 'unavailable', 'commit'],
  ['UNAVAILABLE', 14, 'unavailable', 'commit'],
  ['DATA_LOSS', 15, 'unavailable', ''],
  ['UNAUTHENTICATED', 16, 'unavailable', 'read commit'],
] as const;

test('every code of gRPC has its kind, and its repetition', () => {
  for (const [name, code, kind, again] of TABLE) {
    const error = Object.assign(new Error(name), { code });
    const translated = translate(error);
    assert.ok(isPlatformError(translated, kind), `${name}: ${translated.kind}`);
    assert.is(translated.cause, error);
    const phases = (['read', 'commit'] as const).filter(phase => passing(error, phase));
    assert.is(phases.join(' '), again, name);
    assert.is(passing(error, 'commit'), again === '' ? undefined : kind, name);
  }
});

test('an expired transaction is contention, in whatever words', () => {
  for (const words of [
    'The referenced transaction has expired or is no longer valid.',
    'Transaction is invalid or closed.',
  ]) {
    const error = Object.assign(new Error(`3 INVALID_ARGUMENT: ${words}`), { code: 3 });
    assert.is(translate(error).kind, 'contended');
    assert.is(passing(error, 'commit'), 'contended');
  }
});

test('what has no code is unavailable and final, whatever was thrown', () => {
  for (const error of [new Error('Could not load the default credentials.'), 'a string', undefined, { code: 'X' }]) {
    assert.is(translate(error).kind, 'unavailable');
    assert.is(passing(error, 'commit'), undefined);
  }
});

test('an error of the seam stays the one it is', async () => {
  const mine = new PlatformError('invalid', 'mine');
  assert.is(translate(mine), mine);
  const thrown = await told(Promise.reject(mine)).catch((error: unknown) => error);
  assert.is(thrown, mine);
});

test('what the SDK refuses by itself is invalid', () => {
  const refuse = () =>
    checked(() => {
      throw new Error('Nested arrays are not supported');
    });
  assert.throws(refuse, (error: unknown) => isPlatformError(error, 'invalid') && /Nested/.test(error.message));
  assert.is(
    checked(() => 1),
    1,
  );
});

test.run();
