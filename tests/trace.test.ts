/**
 * One trace from the submit to the provider: its id stands in every line of the log that is about the job, of both
 * services, and in what the provider is sent. Platforms: embedded, and google by EASEL_TEST_PLATFORM=google.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openRelay } from './canary/relay.ts';
import { openGeminiDouble } from './doubles/gemini.ts';
import { withService } from './service.ts';
import { PLATFORM } from './service-processes.ts';
import { waitFor } from './wait-for.ts';

const test = suite('the trace of a job');
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

interface Line {
  readonly message: string;
  readonly jobId?: string;
  readonly trace?: string;
  readonly 'logging.googleapis.com/trace'?: string;
}

test('an id given at the submit is found in the logs of intake and worker, and at the provider', async () => {
  const gemini = await openGeminiDouble();
  const relay = await openRelay(gemini.url);
  const env = {
    GEMINI_API_KEY: gemini.apiKey,
    GEMINI_BASE_URL: relay.url,
    GEMINI_MODEL: 'gemini-3.1-flash-lite-image',
  };
  try {
    await withService(async service => {
      const headers = { traceparent: `00-${TRACE}-${SPAN}-01` };
      const submitted = await service.submit({ style: 'charcoal' }, { headers });
      assert.is(submitted.status, 202);
      const { id } = await service.done(submitted.body.id);
      await waitFor('the end in the log', () => service.output().includes('"job ended"'));
      const about = linesOf(service.output()).filter(line => line.jobId === id);
      const traced = about.filter(line => traceOf(line) === TRACE).map(({ message }) => message);
      for (const event of ['submitted', 'model called', 'attempt delivered', 'job ended']) {
        assert.ok(traced.includes(event), event);
      }
      // The lines of requests are of the API on google alone.
      const requests = linesOf(service.output()).filter(({ message }) => message === 'request');
      assert.is(requests.filter(line => traceOf(line) === TRACE).length, PLATFORM === 'google' ? 1 : 0);
      const sent = new RegExp(`traceparent\\n00-${TRACE}-([0-9a-f]{16})-01`).exec(relay.heard());
      assert.ok(sent, 'the provider is told');
      assert.is.not(sent?.[1], SPAN, 'the call is a span of its own');

      const other = await service.submit({ style: 'ink-wash' });
      await service.done(other.body.id);
      const untraced = linesOf(service.output()).filter(line => line.jobId === other.body.id);
      assert.ok(untraced.length > 0 && untraced.every(line => traceOf(line) === undefined));
    }, env)();
  } finally {
    await Promise.all([relay.close(), gemini.close()]);
  }
});

test.run();

function linesOf(output: string): Line[] {
  return output.split('\n').flatMap(line => (line.startsWith('{') ? [JSON.parse(line) as Line] : []));
}

/** On google in the form by which Cloud Logging finds it. */
function traceOf(line: Line): string | undefined {
  const linked = /^projects\/[\w-]+\/traces\/(.+)$/.exec(line['logging.googleapis.com/trace'] ?? '')?.[1];
  return PLATFORM === 'google' ? linked : line.trace;
}
