/** What a request meets beside the routes of its own part of the API. Platform: the API in the test's process, on SQLite. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inApiWorld } from '../tests/api-world.ts';

const test = suite('dispatch');

test(
  'a path is found in any case and with a slash at its end, as one router for all would find it',
  inApiWorld(async world => {
    const as = await world.key('server');
    for (const path of ['/v1/styles', '/V1/Styles', '/v1/styles/', '/HEALTH', '/health/']) {
      assert.is((await world.call(`GET ${path}`, { as })).status, 200, path);
    }
    for (const path of [
      '//v1/styles',
      '/v1//styles',
      '/v1',
      '/v1/',
      '/v2/styles',
      '/styles',
      '/v1/jobsx',
      '/x/health',
    ]) {
      assert.is((await world.call(`GET ${path}`, { as })).status, 404, path);
    }
  }),
);

test(
  'another method of a known path is 405 with what there is, an unknown path is 404 whatever the method',
  inApiWorld(async world => {
    const as = await world.key('server');
    const put = await world.call('PUT /v1/jobs', { as });
    assert.equal([put.status, put.headers.allow], [405, 'POST, HEAD, GET']);
    for (const [path, allow] of [
      ['/v1/jobs/job_0', 'HEAD, GET, DELETE'],
      ['/V1/jobs/job_0/', 'HEAD, GET, DELETE'],
      ['/v1/jobs/job_0/cancel', 'POST'],
      ['/v1/jobs/job_0/events/', 'HEAD, GET'],
      ['/', 'HEAD, GET'],
    ]) {
      const { status, headers } = await world.call(`PATCH ${path}`, { as });
      assert.equal([status, headers.allow], [405, allow], path);
    }
    for (const path of ['/v1/jobs/job_0/nothing', '/v1/jobs/job_0/events/more', '/v1/jobs/job_0//', '/v1/jobs//']) {
      assert.is((await world.call(`PATCH ${path}`, { as })).status, 404, path);
    }
    assert.is((await world.call('PUT /v1/nothing', { as })).status, 404);
    assert.is((await world.call('PUT /nothing', { as })).status, 404);
  }),
);

test.run();
