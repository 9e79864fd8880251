/**
 * `easel health`: whether the process answers, and whether it can take jobs. Needs no key.
 */
import type { ReadyAnswer } from '../answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { pad } from '../text-width.ts';

export const health: Command = {
  name: 'health',
  summary: 'ask whether Easel is up and can take jobs',
  takes: '',
  counts: [0, 0],
  options: {},
  notes: ['Exit code 0 when it is ready, 3 when it is not or does not answer.'],
  examples: ['easel health', 'until easel health >/dev/null 2>&1; do sleep 1; done'],
  run: showHealth,
};

async function showHealth({ client, out, json }: Call): Promise<ExitCode> {
  const askedAt = performance.now();
  const alive = await client.json<{ status: string }>('GET', '/health', { anonymous: true });
  const tookMs = performance.now() - askedAt;
  // 503 is the answer of a service that is not ready, and says which part of it is not.
  const ready = await client.json<ReadyAnswer>('GET', '/ready', { anonymous: true, takes: [503] });
  if (json) out.line(JSON.stringify({ health: alive, ready }, null, 2));
  else {
    const { status = '', ...parts } = ready;
    const facts = [
      ['easel', `${client.connection.url} answers in ${Math.ceil(tookMs)} ms`],
      ['status', status],
    ];
    for (const [name = '', state = ''] of [...facts, ...Object.entries(parts)]) {
      const bad = state === 'failing' || state === 'not ready';
      const good = state === 'ok' || state === 'ready';
      const text = bad ? out.paint.red(state) : good ? out.paint.green(state) : state;
      out.line(`${out.paint.dim(pad(name, 8))}${text}`);
    }
  }
  return ready.status === 'ready' ? EXIT.ok : EXIT.unreachable;
}
