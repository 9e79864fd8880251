/**
 * A deploy against a double of the cloud and a real service: what is healthy takes over, what is not is taken back.
 * Platforms: the smoke test draws on the embedded one; the deploy itself is of google alone.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readGoogleConfig } from '../../common/config.ts';
import { converge } from '../../infra-scripts/google/converge.ts';
import { SERVICES, type ServiceName } from '../../infra-scripts/google/deploy/images.ts';
import { revisionOf, serviceOf } from '../../infra-scripts/google/deploy/service.ts';
import { deploy } from '../../infra-scripts/google/deploy.ts';
import { type Environment, readEnvironment } from '../../infra-scripts/google/environment.ts';
import { setupSteps } from '../../infra-scripts/google/setup.ts';
import type { Options } from '../../infra-scripts/google/tool.ts';
import { changesOf, createFakeCloud, type FakeCloud } from '../doubles/gcloud.ts';
import { type Service, withService } from '../service.ts';
import { holdsGolden } from './golden.ts';

/** Ten services are started and draw. */
export const FILE_LIMIT_MS = 240_000;

const test = suite('deploy');
const staging = await readEnvironment('staging');
const production = await readEnvironment('production');

interface World {
  readonly cloud: FakeCloud;
  readonly told: string[];
  readonly waited: number[];
  deploy(version: string): Promise<void>;
  rollBack(word?: string): Promise<void>;
  /** Revision and percent of those that get requests. */
  traffic(service: ServiceName): string[];
  /** Where the API, or its canary, is from now on. */
  at(url: string): void;
}

test('the dry runs are the recorded ones', async () => {
  for (const env of [staging, production]) {
    await holdsGolden(`deploy.${env.name}.txt`, deploy.script(env, { version: '0123456789ab' }).join('\n'));
  }
  await holdsGolden('rollback.production.txt', deploy.script(production, { rollback: true }).join('\n'));
});

test("the earlier service's routes are the API's alone, and only where the environment has them", () => {
  const variables = (env: Environment, service: ServiceName) => {
    const { spec } = serviceOf(env, { service, version: 'v1', image: 'image' }, []);
    const [container] = spec.template.spec.containers;
    return (container?.env ?? []).filter(({ name }) => name.startsWith('LEGACY_'));
  };
  const moving = { ...production, legacy: { sunset: '2027-06-30' } };
  assert.equal(variables(moving, 'api'), [
    { name: 'LEGACY_API', value: 'on' },
    { name: 'LEGACY_SUNSET', value: '2027-06-30' },
  ]);
  assert.equal([...variables(moving, 'worker'), ...variables(production, 'api')], []);
});

test(
  'a version that works takes over, step by step where there is a canary',
  inWorld(production, async world => {
    await world.deploy('v1');
    assert.match(world.traffic('api').join(), /^easel-api-v1-\w{6} 100$/);
    world.cloud.forget();
    await world.deploy('v2');
    assert.match(world.traffic('api').join(), /^easel-api-v2-\w{6} 100$/);
    assert.match(world.traffic('worker').join(), /^easel-worker-v2-\w{6} 100$/);
    const moves = world.cloud.calls.filter(call => call.includes('--to-revisions'));
    assert.equal(
      moves.map(call => call.replace(/.*update-traffic easel-(\w+).*-v2-\w{6}=(\d+).*/, '$1 $2')),
      ['worker 10', 'api 10', 'worker 100', 'api 100'],
    );
    assert.is(world.waited.filter(ms => ms === 60_000).length, production.canary?.watchMinutes);
    const order = world.cloud.calls.filter(call => /docker push|indexes composite|services replace/.test(call));
    assert.match(order.join('\n'), /push .*worker.*push .*api.*indexes.*replace easel-worker.*replace easel-api/s);
    assert.not(JSON.stringify(world.cloud.state.get('run services easel-api')).includes('canary'));
  }),
);

test(
  'the same version again changes nothing',
  inWorld(staging, async world => {
    await world.deploy('v1');
    const before = world.cloud.state.text();
    world.cloud.forget();
    await world.deploy('v1');
    assert.equal(changesOf(world.cloud.calls), []);
    assert.is(world.cloud.state.text(), before);
  }),
);

for (const env of [staging, production]) {
  test(
    `a version whose smoke test fails in ${env.name} gets no requests any more, and the deploy fails`,
    inWorld(env, async world => {
      await world.deploy('v1');
      const [api, worker] = [world.traffic('api'), world.traffic('worker')];
      await withBroken(async url => {
        world.at(url);
        assert.match(await faultOf(world.deploy('v2')), /^\/health answered 500\nRolled back/);
      });
      assert.equal([world.traffic('api'), world.traffic('worker')], [api, worker]);
      assert.match(world.told.join('\n'), /easel-api-v1-\w+ serves again\neasel-worker-v1-\w+ serves again$/);
      assert.not(JSON.stringify(world.cloud.state.get('run services easel-api')).includes('canary'));
    }),
  );
}

test(
  'a canary that answers with errors is taken back before its time is over',
  inWorld(production, async world => {
    await world.deploy('v1');
    const before = world.traffic('api');
    const entries = Array.from({ length: 100 }, (_, place) => ({ httpRequest: { status: place < 10 ? 503 : 200 } }));
    world.cloud.answer(/^gcloud logging read/, { stdout: JSON.stringify(entries) });
    world.waited.splice(0);
    assert.match(await faultOf(world.deploy('v2')), /answers 10\.0 % of its requests with an error\nRolled back/);
    assert.is(world.waited.filter(ms => ms === 60_000).length, 1);
    assert.equal(world.traffic('api'), before);
  }),
);

test(
  'a revision that does not even start leaves everything as it was',
  inWorld(production, async world => {
    await world.deploy('v1');
    const before = [world.traffic('api'), world.traffic('worker')];
    const stderr = 'The user-provided container failed to start';
    world.cloud.answer(/services replace easel-api/, { code: 1, stderr });
    assert.match(await faultOf(world.deploy('v2')), /failed to start\nRolled back/);
    assert.equal([world.traffic('api'), world.traffic('worker')], before);
  }),
);

test(
  'indexes that are still being built hold the deploy up; nothing queries them before',
  inWorld(staging, async world => {
    const indexes = world.cloud.state.need<{ name: string; state: string }[]>('indexes');
    world.cloud.state.put(
      'indexes',
      indexes.map(index => ({ ...index, state: 'CREATING' })),
    );
    let looks = 0;
    const { push } = world.waited;
    world.waited.push = (...ms) => {
      if (++looks === 3) world.cloud.state.put('indexes', indexes);
      return push.apply(world.waited, ms);
    };
    await world.deploy('v1');
    assert.equal(world.waited.slice(0, 3), [10_000, 10_000, 10_000]);
    assert.match(world.told.join(), /waits for \d+ indexes/);
  }),
);

test(
  'rolled back by hand: to the version before, or to the one that was named',
  inWorld(staging, async world => {
    for (const version of ['v1', 'v2', 'v3']) await world.deploy(version);
    await world.rollBack();
    assert.match(
      [...world.traffic('api'), ...world.traffic('worker')].join(),
      /^easel-api-v2-\w+ 100,easel-worker-v2-\w+ 100$/,
    );
    await world.rollBack('v1');
    assert.match(
      [...world.traffic('api'), ...world.traffic('worker')].join(),
      /^easel-api-v1-\w+ 100,easel-worker-v1-\w+ 100$/,
    );
    await world.rollBack(world.cloud.state.need<{ revisions: string[] }>('run services easel-api').revisions[0]);
    assert.match(world.traffic('api').join(), /^easel-api-v3-/);
    assert.match(await faultOf(world.rollBack('v9')), 'has no revision v9');
  }),
);

test(
  'without the key of Gemini nothing is built',
  inWorld(staging, async world => {
    world.cloud.state.put('versions of easel-gemini-key', []);
    world.cloud.forget();
    assert.match(await faultOf(world.deploy('v1')), 'easel-gemini-key has no value yet');
    assert.equal(changesOf(world.cloud.calls), []);
  }),
);

test('what a service is started with is what it reads, and intake has no key of Gemini', () => {
  for (const env of [staging, production, { ...production, gemini: { by: 'vertex', location: 'global' } } as const]) {
    for (const service of SERVICES) {
      const variables = variablesOf(env, service);
      const read = readGoogleConfig(variables);
      assert.ok('config' in read, JSON.stringify(read));
      const { config } = read;
      assert.is(config.gemini !== undefined, service === 'worker');
      assert.is(config.sessionSecrets.length, service === 'api' ? 1 : 0);
      assert.is(config.bootstrapKeysFile !== undefined, service === 'api');
      if (service === 'worker') assert.is(config.taskTokenCheck, 'iam');
      assert.is(config.taskAudience, env.urls.worker);
    }
  }
});

test('another setting makes another revision, the same ones the same', () => {
  const release = { service: 'api', version: 'v1', image: 'x@sha256:1' } as const;
  assert.is(revisionOf(production, release), revisionOf(production, { ...release }));
  assert.is.not(revisionOf({ ...production, budgetUsdPerDay: 20 }, release), revisionOf(production, release));
  assert.ok(revisionOf(production, { ...release, version: '0123456789ab' }).length <= 63);
});

test.run();

/** An environment that was set up, with a real service where its API, and the API's canary, are said to be. */
function inWorld(env: Environment, body: (world: World) => Promise<void>): () => Promise<void> {
  return withService(async (service: Service) => {
    const cloud = createFakeCloud();
    await converge(setupSteps(env), cloud.run, () => {});
    cloud.state.put('versions of easel-gemini-key', ['key']);
    cloud.state.put('versions of easel-smoke-key', [(await service.keys()).server]);
    const [told, waited]: [string[], number[]] = [[], []];
    const work = (options: Options, word?: string) =>
      deploy.work({
        ...{ env, options, run: cloud.run, tell: line => void told.push(line), ask: async () => undefined },
        // The waits of a deploy are told, not waited; those for a picture are real.
        pause: ms =>
          waited.push(ms) && ms === 2_000 ? new Promise(resolve => setTimeout(resolve, 100)) : Promise.resolve(),
        ...(word === undefined ? {} : { word }),
      });
    const at = (url: string) => {
      cloud.state.put('url of easel-api', url);
      cloud.state.put('url of canary of easel-api', url);
    };
    at(service.url());
    await body({
      ...{ cloud, told, waited, at },
      deploy: version => work({ version }),
      rollBack: word => work({ rollback: true }, word),
      traffic: service =>
        cloud.state
          .need<{ traffic: { revisionName: string; percent: number }[] }>(`run services easel-${service}`)
          .traffic.filter(({ percent }) => percent > 0)
          .map(({ revisionName, percent }) => `${revisionName} ${percent}`),
    });
  });
}

async function withBroken(body: (url: string) => Promise<void>): Promise<void> {
  const server = createServer((_, response) => void response.writeHead(500).end());
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  try {
    await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function faultOf(work: Promise<void>): Promise<string> {
  return work.then(
    () => 'nothing failed',
    (error: Error) => error.message,
  );
}

/** As Cloud Run would set them, with values for the secrets. */
function variablesOf(env: Environment, service: ServiceName): { [name: string]: string } {
  const { spec } = serviceOf(env, { service, version: 'v1', image: 'x' }, []).spec.template;
  const variables = spec.containers[0]?.env ?? [];
  const secret = Buffer.alloc(32, 1).toString('base64');
  return Object.fromEntries(variables.map(variable => [variable.name, 'value' in variable ? variable.value : secret]));
}
