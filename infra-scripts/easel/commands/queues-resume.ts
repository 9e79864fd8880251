/**
 * `easel queues resume`: the jobs that wait are begun, whoever has paused the queue.
 */
import type { Call, Command } from '../command.ts';
import type { ExitCode } from '../faults.ts';
import { given, REASON } from '../operator-options.ts';
import { printQueue, queuePath } from '../operator-text.ts';

export const queuesResume: Command = {
  name: 'queues resume',
  summary: 'begin jobs of a queue again',
  keyKind: 'admin',
  takes: 'QUEUE',
  counts: [1, 1],
  options: { reason: REASON },
  notes: ['QUEUE is interactive, bulk or upkeep.'],
  examples: ['easel queues resume bulk'],
  run: resumeQueue,
};

async function resumeQueue(call: Call): Promise<ExitCode> {
  const body = given({ reason: call.options.text('reason') });
  return printQueue(call, await call.client.json('POST', `${queuePath(call)}/resume`, { body }));
}
