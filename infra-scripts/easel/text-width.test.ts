import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fit, harmless, pad, padLeft, widthOf, wrap } from './text-width.ts';

const test = suite('text on a terminal');

test('wide signs take two columns, joined ones count once', () => {
  assert.is(widthOf('cat – été'), 9);
  assert.is(widthOf('猫ねこ'), 6);
  assert.is(widthOf('👩‍🎨!'), 3);
  assert.is(widthOf('e\u0301'), 1);
});

test('text is cut between signs and fills its columns', () => {
  assert.is(fit('charcoal', 8), 'charcoal');
  assert.is(fit('charcoal', 5), 'char…');
  assert.is(fit('猫猫猫', 4), '猫…');
  assert.is(fit('charcoal', 0), '');
  assert.is(pad('猫', 4), '猫  ');
  assert.is(padLeft('7', 3), '  7');
  assert.is(pad('longer', 3), 'longer');
});

test('nothing that steers a terminal comes through', () => {
  assert.is(harmless('a\x1b[2Jb\r\nc\u009bd'), 'a�[2Jb��c�d');
  assert.is(harmless('gpj.\u202etac'), 'gpj.�tac');
  assert.is(harmless('plain – 猫'), 'plain – 猫');
});

test('lines break between words, and a word that is too long stays whole', () => {
  assert.equal(wrap('one two three', 7), ['one two', 'three']);
  assert.equal(wrap('a-very-long-word b', 5), ['a-very-long-word', 'b']);
  assert.equal(wrap('', 5), ['']);
  assert.equal(wrap('as it is', Number.POSITIVE_INFINITY), ['as it is']);
});

test.run();
