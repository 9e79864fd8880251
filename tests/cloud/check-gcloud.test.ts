/**
 * Whether the check of the gcloud commands would notice a wrong one. Where there is no gcloud it says NOT TESTED.
 * Platforms: google alone; nothing of it touches a cloud.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { commandLines } from '../../infra-scripts/google/check-gcloud.ts';
import { hasGcloud, lintGcloud } from '../../infra-scripts/google/lint-gcloud.ts';

const test = suite('check of gcloud commands');

test('no command holds what the linter would not read: a comment sign, or a flag before a name', async () => {
  const lines = await commandLines();
  assert.ok(lines.length > 40);
  for (const line of lines) {
    assert.not.match(line, '#');
    assert.not.match(line, / --[\w-]+ (?!-)/);
  }
});

test('a flag, a group and a value that gcloud does not know are refused, and a good command is not', () => {
  if (!hasGcloud()) return console.log('NOT TESTED: whether the linter of gcloud refuses; there is no gcloud here');
  const refused = lintGcloud([
    'gcloud run services describe easel-api --region=europe-west1 --format=json',
    'gcloud run services describe easel-api --region=europe-west1 --daily-backup-time=03:00',
    'gcloud firestore rules deploy',
    'gcloud scheduler jobs create http sweep --location=europe-west1 --schedule=daily --uri=nowhere',
  ]);
  assert.equal(
    refused.map(({ command }) => command.split(' ').slice(1, 4).join(' ')),
    ['run services describe', 'firestore rules deploy', 'scheduler jobs create'],
  );
  assert.match(refused[0]?.message ?? '', 'daily-backup-time');
});

test.run();
