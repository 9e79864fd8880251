/**
 * `easel queues pause`: jobs are taken in and wait.
 */
import type { Call, Command } from '../command.ts';
import type { ExitCode } from '../faults.ts';
import { given, needed, REASON, UNTIL, untilOf } from '../operator-options.ts';
import { printQueue, queuePath } from '../operator-text.ts';

export const queuesPause: Command = {
  name: 'queues pause',
  summary: 'begin no more jobs of a queue',
  keyKind: 'admin',
  direct: true,
  takes: 'QUEUE',
  counts: [1, 1],
  options: { reason: REASON, until: UNTIL },
  notes: [
    'QUEUE is interactive, bulk or upkeep; --reason is needed. Jobs that were begun go on, new ones are taken in and wait,',
    'and the wait counts against no deadline. Without --until the queue stays paused until somebody resumes it.',
  ],
  examples: ['easel queues pause bulk --reason "The provider answers slowly." --until 2h'],
  run: pauseQueue,
};

async function pauseQueue(call: Call): Promise<ExitCode> {
  const body = given({ reason: needed(call, 'reason', queuesPause), until: untilOf(call) });
  return printQueue(call, await call.client.json('POST', `${queuePath(call)}/pause`, { body }));
}
