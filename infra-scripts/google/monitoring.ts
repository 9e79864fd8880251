/**
 * `npm run cloud:monitoring -- --env staging [--dry-run]`: metrics from the logs, uptime checks, objectives, alerts,
 * dashboard and channels. With `--test-alert` it writes a line to the log that opens the alert of a paused queue, so that
 * somebody can see who is reached.
 */
import { type Command, gcloud, scriptOf } from './command.ts';
import { commandsOf, converge, must, type Step, scriptOfSteps } from './converge.ts';
import type { Environment } from './environment.ts';
import { channelNames, channelsOf } from './monitoring/channels.ts';
import { dashboardStep } from './monitoring/dashboard.ts';
import { logMetricSteps } from './monitoring/log-metrics.ts';
import { policySteps } from './monitoring/policies.ts';
import { sloSteps } from './monitoring/slos.ts';
import { runAsProcess, type Tool } from './tool.ts';

export const monitoring: Tool = {
  name: 'monitoring',
  options: { 'test-alert': { type: 'boolean' } },
  script: (env, options) =>
    options['test-alert'] === true
      ? scriptOf(testAlert(env))
      : scriptOfSteps([...stepsBefore(env), ...stepsAfter(env, ['CHANNELS'])]),
  commands: env => [...commandsOf([...stepsBefore(env), ...stepsAfter(env, [])]), testAlert(env)],
  async work({ env, run, tell, options }) {
    if (options['test-alert'] === true) {
      await must(testAlert(env), run);
      tell('A line was written that opens the alert "queue paused" within some minutes. It closes after half an hour.');
      return;
    }
    const before = await converge(stepsBefore(env), run, tell);
    const after = await converge(stepsAfter(env, await channelNames(env, run)), run, tell);
    const left = [...before, ...after].filter(finding => finding === 'left').length;
    tell(`monitoring of ${env.name}: ${before.length + after.length - left} made or mended, ${left} left as they were`);
  },
};

function stepsBefore(env: Environment): Step[] {
  return [
    ...logMetricSteps(env),
    ...(['health', 'ready'] as const).map(path => uptimeStep(env, path)),
    ...channelsOf(env).flatMap(({ step }) => step ?? []),
    ...sloSteps(env),
  ];
}

function stepsAfter(env: Environment, channels: readonly string[]): Step[] {
  return [...policySteps(env, channels), dashboardStep(env)];
}

/** Every minute from three continents; the alert counts two minutes. */
function uptimeStep({ project, urls, publicUrl }: Environment, path: 'health' | 'ready'): Step {
  const id = `easel-${path}`;
  const host = new URL(publicUrl ?? urls.api).host;
  return {
    title: `uptime check of /${path}`,
    look: gcloud('monitoring uptime list-configs', { project, filter: `displayName="${id}"`, format: 'json' }),
    holds: found => (found as unknown[]).length > 0,
    make: [
      gcloud(`monitoring uptime create ${id}`, {
        project,
        'resource-type': 'uptime-url',
        'resource-labels': `host=${host},project_id=${project}`,
        protocol: 'https',
        path: `/${path}`,
        period: '1',
        timeout: '10',
        regions: 'europe,usa-virginia,asia-pacific',
      }),
    ],
  };
}

/** Such a line as the services write when a queue is paused, in a resource of the same kind. */
function testAlert({ project }: Environment): Command {
  const line = JSON.stringify({ message: 'queue paused', queue: 'test', reason: 'a test of the alerts' });
  const flags = { project, 'payload-type': 'json', severity: 'WARNING' };
  const { args } = gcloud('', flags);
  const resource = [
    '--monitored-resource-type=cloud_run_revision',
    '--monitored-resource-labels=service_name=easel-api',
  ];
  return { program: 'gcloud', args: ['logging', 'write', 'easel-test', line, ...args.filter(Boolean), ...resource] };
}

if (import.meta.main) await runAsProcess(monitoring);
