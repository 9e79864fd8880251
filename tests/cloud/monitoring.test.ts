/**
 * The monitoring: its files have the forms that the cloud takes, what they name is what the code logs, and a second run
 * changes nothing. Platforms: the journeys run on the embedded one, with the logs that the API of google writes.
 */

import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { logState } from '../../common/log-state.ts';
import { pauseQueue } from '../../common/pause.ts';
import { ModelError } from '../../common/platform/model.ts';
import { createLog } from '../../common/telemetry.ts';
import { EXPORT_LIFECYCLE } from '../../infra-scripts/google/backup.ts';
import { lineOf } from '../../infra-scripts/google/command.ts';
import { readEnvironment } from '../../infra-scripts/google/environment.ts';
import { dashboardOf } from '../../infra-scripts/google/monitoring/dashboard.ts';
import { LOG_METRICS, logMetricOf } from '../../infra-scripts/google/monitoring/log-metrics.ts';
import { alertsOf, policyOf } from '../../infra-scripts/google/monitoring/policies.ts';
import { SLOS, sloName, sloOf } from '../../infra-scripts/google/monitoring/slos.ts';
import { monitoring } from '../../infra-scripts/google/monitoring.ts';
import { lifecycleOf } from '../../infra-scripts/google/setup/bucket.ts';
import { inApiWorld } from '../api-world.ts';
import { changesOf, createFakeCloud } from '../doubles/gcloud.ts';
import { openTasksWorld } from '../doubles/tasks/world.ts';
import { createTestModel } from '../doubles/test-model.ts';
import { waitFor } from '../wait-for.ts';
import { inWorld } from '../world.ts';
import { holdsGolden } from './golden.ts';
import { DASHBOARD, LIFECYCLE, LOG_METRIC, POLICY, SLO } from './schemas.ts';

export const FILE_LIMIT_MS = 120_000;

const test = suite('monitoring');
const staging = await readEnvironment('staging');
const production = await readEnvironment('production');
/** Metrics that Google's services make by themselves: Cloud Run, and the uptime checks. */
const OF_GOOGLE = [
  'run.googleapis.com/request_count',
  'run.googleapis.com/container/instance_count',
  'monitoring.googleapis.com/uptime_check/check_passed',
];

test('the dry run is the recorded one', async () => {
  await holdsGolden('monitoring.production.txt', monitoring.script(production, {}).join('\n'));
});

test('every file has a form that the API takes', () => {
  const ajv = new Ajv({ strict: true, strictTypes: false, allErrors: true });
  addFormats.default(ajv);
  const holds = (schema: object, value: unknown, what: string) => {
    assert.ok(ajv.validate(schema, value), `${what}: ${ajv.errorsText()}`);
  };
  for (const env of [staging, production]) {
    for (const alert of alertsOf(env))
      holds(POLICY, policyOf(env, alert, ['projects/p/notificationChannels/1']), alert.id);
    holds(DASHBOARD, dashboardOf(env), 'dashboard');
  }
  for (const metric of LOG_METRICS) holds(LOG_METRIC, logMetricOf(metric), metric.name);
  for (const slo of SLOS) holds(SLO, sloOf(slo), slo.id);
  holds(LIFECYCLE, lifecycleOf(production), 'lifecycle');
  holds(LIFECYCLE, EXPORT_LIFECYCLE, 'lifecycle of the exports');
  const [alert] = alertsOf(staging);
  assert.ok(alert);
  assert.not(ajv.validate(POLICY, { ...policyOf(staging, alert, ['x']), daily: true }), 'the schema refuses a slip');
});

test('tiles of the dashboard lie beside each other', () => {
  const { tiles, columns } = dashboardOf(production).mosaicLayout;
  const places = new Set(tiles.map(({ xPos, yPos }) => `${xPos},${yPos}`));
  assert.is(places.size, tiles.length);
  assert.ok(tiles.every(({ xPos, width }) => xPos + width <= columns));
});

test('policies, objectives and dashboard name metrics that are made here or by Google, and labels that these have', () => {
  const own = new Map(LOG_METRICS.map(metric => [`logging.googleapis.com/user/${metric.name}`, metric]));
  const slos = new Set(SLOS.map(({ id }) => sloName(production.project, id)));
  const texts = [...alertsOf(production).flatMap(alert => alert.conditions), dashboardOf(production), SLOS];
  let named = 0;
  for (const text of texts.map(part => JSON.stringify(part).replaceAll('\\"', '"'))) {
    for (const [, type = ''] of text.matchAll(/metric\.type ?= ?"([^"]+)"/g)) {
      named++;
      assert.ok(own.has(type) || OF_GOOGLE.includes(type), type);
    }
    for (const [, slo = ''] of text.matchAll(/select_slo_burn_rate\("([^"]+)"/g)) assert.ok(slos.has(slo), slo);
  }
  assert.ok(named > 30, `${named}`);
  for (const metric of LOG_METRICS) {
    const used = texts.some(part => JSON.stringify(part).includes(`/${metric.name}\\"`));
    assert.ok(used, `${metric.name} is looked at by somebody`);
  }
});

test('what the metrics are made of is what the code logs', async () => {
  const lines = await journeys();
  for (const { name, event, where, value, labels = [] } of LOG_METRICS) {
    const [, field = 'message', wanted = JSON.stringify(event)] = /^jsonPayload\.(\w+)=(.+)$/.exec(where ?? '') ?? [];
    const found = lines.filter(line => line.message === event && JSON.stringify(line[field]) === wanted);
    assert.ok(found.length > 0, `${name}: "${event}" was logged`);
    for (const label of labels)
      assert.ok(
        found.some(line => line[label] !== undefined),
        `${name}: ${label}`,
      );
    if (value !== undefined)
      assert.ok(
        found.every(line => typeof line[value] === 'number'),
        `${name}: ${value}`,
      );
  }
});

test('the second run changes nothing, and each alert reaches every channel', async () => {
  const cloud = createFakeCloud();
  cloud.state.put('versions of pager', ['key']);
  const env = { ...staging, channels: { email: ['a@shop.example'], pagerDuty: ['pager'], slack: ['#easel'] } };
  const job = { env, run: cloud.run, tell: () => {}, ask: async () => undefined, pause: async () => {}, options: {} };
  const fault = await monitoring.work(job).catch((error: Error) => error.message);
  assert.match(String(fault), 'There is no notification channel #easel');
  cloud.state.put('channels by hand', { name: 'projects/p/channels/hand', displayName: '#easel' });
  await monitoring.work(job);
  const policies = cloud.state
    .names('policies ')
    .map(name => cloud.state.need<{ notificationChannels: string[] }>(name));
  assert.is(policies.length, alertsOf(env).length);
  for (const { notificationChannels } of policies) assert.is(notificationChannels.length, 3);
  const before = cloud.state.text();
  cloud.forget();
  await monitoring.work(job);
  assert.equal(changesOf(cloud.calls), []);
  assert.is(cloud.state.text(), before);
  assert.not(
    cloud.calls.some(call => call.includes('"key"')),
    'the key of PagerDuty is in no argument',
  );
});

test('a test alert writes a line that opens a real one', () => {
  const line =
    monitoring
      .commands(production)
      .map(lineOf)
      .find(text => text.startsWith('gcloud logging write')) ?? '';
  const paused = LOG_METRICS.find(({ name }) => name === 'easel_queues_paused');
  assert.match(line, `"message":"${paused?.event}"`);
  assert.match(line, 'monitored-resource-type=cloud_run_revision');
});

test.run();

type Line = { readonly [field: string]: unknown };

/** A day in the life of the service, good and bad; every line that it logged. */
async function journeys(): Promise<Line[]> {
  const lines: Line[] = [];
  const log = createLog({ readable: false, write: text => void lines.push(JSON.parse(text) as Line) });
  await inApiWorld(
    async world => {
      world.startWorker();
      await world.done((await world.admitted({ customer: 'a' })).id);
      await world.clock.advance(11_000);
      await world.engine.budget.exhausted({ shop: 'default', share: 'customer' });
      await world.call('GET /v1/styles', { as: await world.key('server') });
      await logState(world.engine);
      await pauseQueue(world.engine, 'bulk', { because: 'operator', reason: 'a test' });
    },
    { log, budgetMicroUsd: 60_000, parts: { logRequests: true } },
  )();
  await inWorld(
    async world => {
      world.startWorker();
      for (const customer of ['a', 'b', 'c', 'd', 'e', 'f']) await world.admitted({ customer });
      await waitFor('an open circuit', () => lines.some(line => String(line.message).startsWith('circuit open')));
    },
    { log, model: createTestModel(() => new ModelError('overloaded', '503')) },
  )();
  const tasks = await openTasksWorld();
  try {
    const queueIds = { interactive: 'gone', bulk: 'gone', upkeep: 'gone' };
    await tasks
      .open({ log, queueIds })
      .state('bulk')
      .catch(() => undefined);
  } finally {
    await tasks.close();
  }
  return lines;
}
