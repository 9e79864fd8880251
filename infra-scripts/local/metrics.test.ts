import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { withService } from '../../tests/service.ts';
import { boardOf } from './metrics-board.ts';
import { quantile, readMetrics, sumOf } from './metrics-text.ts';

const test = suite('local metrics');
const run = promisify(execFile);
const METRICS = fileURLToPath(new URL('metrics.ts', import.meta.url));

test(
  'after real requests the terminal shows them: latency, cache hits, the model, the queues',
  withService(async service => {
    const { body } = await service.submit({ style: 'charcoal', customerId: '1' });
    await service.done(body.id);
    await service.submit({ style: 'charcoal', customerId: '1' });
    await service.call('GET', '/v1/jobs/job_nobody');
    const { stdout } = await run(process.execPath, [METRICS, '--once', '--url', service.url()]);
    assert.match(stdout, /^requests +\d+ {2}4xx \d+\.\d % {2}5xx 0\.0 %$/m);
    assert.match(stdout, /^ {2}latency p50, p95, p99 +\d+(\.\d)? m?s/m);
    assert.match(stdout, /^submits +2 {2}cache hits 50\.0 %$/m);
    assert.match(stdout, /^model calls +1 {2}errors 0\.0 %$/m);
    assert.match(stdout, /^spent today +\$0\.00 {2}of \$10\.00$/m);
    assert.match(stdout, /^lane interactive +0 wait {2}0 drawn {2}oldest 0 ms$/m);
    assert.match(stdout, /^slots +0 used/m);
  }),
);

test('where nothing answers it says so', async () => {
  const failed = await run(process.execPath, [METRICS, '--once', '--url', 'http://127.0.0.1:1']).catch(error => error);
  assert.is(failed.code, 1);
  assert.match(failed.stderr, 'Nothing answers at http://127.0.0.1:1');
});

test('shares of a histogram are told as Prometheus tells them', () => {
  const samples = readMetrics(
    ['h_bucket{le="1",route="/a \\"b\\""} 50', 'h_bucket{le="2"} 100', 'h_bucket{le="+Inf"} 100', '# TYPE h', ''].join(
      '\n',
    ),
  );
  assert.is(quantile(samples, 'h', 0.5), 1);
  assert.is(quantile(samples, 'h', 0.75), 1.5);
  assert.is(quantile(samples, 'none', 0.5), undefined);
  assert.is(sumOf(samples, 'h_bucket', { route: '/a \\"b\\"' }), 50);
  assert.ok(boardOf([]).length > 5, 'without figures there are lines nevertheless');
});

test.run();
