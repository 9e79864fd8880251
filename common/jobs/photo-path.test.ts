import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { testClock } from '../../tests/test-clock.ts';
import { systemRandom } from '../clock.ts';
import { newId } from '../ids.ts';
import { jobOfPhoto, photoPath, photoPrefixes } from './photo-path.ts';

test('a photo is found by its job, and its job by the photo, also where photos lay before', () => {
  const ids = Array.from({ length: 200 }, () => newId('job', testClock(), systemRandom));
  for (const id of ids) {
    const paths = [photoPath(id, '0123456789abcdef'), `inputs/${id}/0123456789abcdef`];
    for (const path of paths) {
      assert.is(jobOfPhoto(path), id);
      assert.ok(photoPrefixes(id).some(prefix => path.startsWith(prefix)));
      assert.is(ids.filter(other => photoPrefixes(other).some(prefix => path.startsWith(prefix))).length, 1);
    }
  }
  assert.is(
    new Set(ids.map(id => photoPath(id, '').split('/')[1])).size > 16,
    true,
    'they are spread over the folders',
  );
  assert.is(jobOfPhoto('cache/ab/abcdef'), '');
});

test.run();
