/**
 * The setup of an environment: what it would run stands in a file that a person has read, and against a double of the
 * cloud it makes everything once. Platforms: google alone; the embedded one needs no setup.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PERMISSIONS } from '../../common/google/queue-errors.ts';
import { holdsKey } from '../../common/keys.ts';
import { QUEUE_CONCURRENCY } from '../../common/limits.ts';
import { converge } from '../../infra-scripts/google/converge.ts';
import {
  contradictions,
  ENVIRONMENTS,
  environmentOf,
  readEnvironment,
} from '../../infra-scripts/google/environment.ts';
import { setup, setupSteps } from '../../infra-scripts/google/setup.ts';
import { changesOf, createFakeCloud } from '../doubles/gcloud.ts';
import { holdsGolden } from './golden.ts';

const test = suite('setup');
const staging = await readEnvironment('staging');
const production = await readEnvironment('production');
const quiet = () => {};

for (const env of [staging, production]) {
  test(`the dry run for ${env.name} is the recorded one`, async () => {
    await holdsGolden(`setup.${env.name}.txt`, setup.script(env, {}).join('\n'));
  });

  test(`the second setup of ${env.name} finds everything as it should be`, async () => {
    const cloud = createFakeCloud();
    const first = await converge(setupSteps(env), cloud.run, quiet);
    assert.ok(first.filter(finding => finding === 'left').length === 0, 'all of it was made');
    const before = cloud.state.text();
    cloud.forget();
    const second = await converge(setupSteps(env), cloud.run, quiet);
    assert.equal(changesOf(cloud.calls), []);
    assert.ok(second.every(finding => finding === 'left'));
    assert.is(cloud.state.text(), before);
  });
}

test('a limit that somebody changed by hand is mended, and nothing else is touched', async () => {
  const cloud = createFakeCloud();
  await converge(setupSteps(staging), cloud.run, quiet);
  const queue = cloud.state.need<object>('tasks queues easel-bulk');
  cloud.state.put('tasks queues easel-bulk', { ...queue, rateLimits: { maxConcurrentDispatches: 500 } });
  cloud.forget();
  const findings = await converge(setupSteps(staging), cloud.run, quiet);
  assert.is(findings.filter(finding => finding === 'mended').length, 1);
  assert.match(changesOf(cloud.calls).join(), /^gcloud tasks queues update easel-bulk [^,]*$/);
});

test('a look that is refused ends the setup: what cannot be seen is not made again', async () => {
  const cloud = createFakeCloud();
  const refusal = 'PERMISSION_DENIED: Permission denied on resource project';
  cloud.answer(/iam service-accounts describe/, { code: 1, stderr: refusal });
  const fault = await converge(setupSteps(staging), cloud.run, quiet).catch((error: Error) => error.message);
  assert.match(String(fault), /gcloud iam service-accounts describe .*PERMISSION_DENIED/s);
  assert.not(cloud.calls.some(call => call.includes('service-accounts create')));
});

test('no secret stands in a command or on the screen, and each has a value of its own', async () => {
  const cloud = createFakeCloud();
  const told: string[] = [];
  await converge(setupSteps(staging), cloud.run, line => told.push(line));
  const value = (name: string) => cloud.state.need<string[]>(`versions of ${name}`)[0] ?? '';
  const keys = JSON.parse(value('easel-bootstrap-keys')) as { [kind: string]: string };
  assert.is(value('easel-smoke-key'), keys.server);
  assert.is.not(value('easel-id-secret'), value('easel-session-secret'));
  assert.ok(Buffer.from(value('easel-id-secret'), 'base64').length >= 32);
  const seen = [...cloud.calls, ...told].join('\n');
  assert.not(holdsKey(seen));
  for (const secret of [value('easel-id-secret'), value('easel-session-secret'), ...Object.values(keys)]) {
    assert.not(seen.includes(secret));
  }
});

test('intake cannot reach Gemini, the worker cannot sign, and tasks can only be delivered', async () => {
  const cloud = createFakeCloud();
  await converge(setupSteps(production), cloud.run, quiet);
  const grants = cloud.calls.filter(call => call.includes('add-iam-policy-binding'));
  const of = (name: string) => grants.filter(call => call.includes(`--member=serviceAccount:easel-${name}@`));
  assert.not(of('api').some(call => /gemini|aiplatform/.test(call)));
  assert.not(of('worker').some(call => /TokenCreator|session|bootstrap|admin|owner|editor/i.test(call)));
  assert.equal(of('tasks'), [], 'but for the invoker of the worker, which the deploy grants');
  assert.not(
    grants.some(call =>
      /roles\/(owner|editor|[\w.]*admin)\b/i.test(
        call.replace(/roles\/(datastore.indexAdmin|firebaserules.admin)/g, ''),
      ),
    ),
  );
});

test('the parts that make tasks may do to a queue what the code asks of it, and nothing else', async () => {
  const cloud = createFakeCloud();
  await converge(setupSteps(staging), cloud.run, quiet);
  const { includedPermissions } = cloud.state.need<{ includedPermissions: string[] }>('iam roles easelQueues');
  const asked = Object.values(PERMISSIONS).flatMap(text => text.match(/cloudtasks\.[\w.]+/g) ?? []);
  // That one comes with the role of an enqueuer.
  assert.equal(includedPermissions, asked.filter(name => name !== 'cloudtasks.tasks.create').sort());
});

test('with Vertex AI there is no key of Gemini, and the worker alone may use it', async () => {
  const cloud = createFakeCloud();
  const env = { ...production, gemini: { by: 'vertex', location: 'global' } } as const;
  await converge(setupSteps(env), cloud.run, quiet);
  assert.is(cloud.state.get('secrets easel-gemini-key'), undefined);
  const granted = cloud.calls.filter(call => call.includes('aiplatform.user'));
  assert.is(granted.length, 1);
  assert.match(granted[0] ?? '', 'member=serviceAccount:easel-worker@');
});

test('production delivers as many tasks at once as the code counts on', () => {
  const { interactive, bulk, upkeep } = production.queues;
  assert.equal(
    { interactive: interactive.concurrent, bulk: bulk.concurrent, upkeep: upkeep.concurrent },
    QUEUE_CONCURRENCY,
  );
  assert.equal(ENVIRONMENTS, ['staging', 'production']);
});

test('settings that contradict each other are refused with a sentence each', () => {
  const worker = { ...production.worker, maxInstances: 1, timeoutSeconds: 60 };
  const found = contradictions({ ...production, worker, exportBucket: production.bucket });
  assert.is(found.length, 3);
  assert.match(found[0] ?? '', 'expected at most 8 deliveries at once');
  assert.throws(() => environmentOf('staging', { project: 'X' }), /environments\/staging\.yaml/);
});

test.run();
