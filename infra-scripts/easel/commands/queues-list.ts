/**
 * `easel queues list`: whether the queues run, and what waits in them.
 */
import type { QueueAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { QUEUES_PATH, queueLines } from '../operator-text.ts';

export const queuesList: Command = {
  name: 'queues list',
  summary: 'list the queues with what waits',
  keyKind: 'admin',
  direct: true,
  takes: '',
  counts: [0, 0],
  options: {},
  examples: ['easel queues list', 'easel queues list --json | jq \'.queues[] | select(.state == "paused")\''],
  run: listQueues,
};

async function listQueues(call: Call): Promise<ExitCode> {
  const { client, out, json } = call;
  const answer = await client.json<{ queues: readonly QueueAnswer[] }>('GET', QUEUES_PATH);
  if (json) out.line(JSON.stringify(answer, null, 2));
  else for (const line of queueLines(answer.queues, call)) out.line(line);
  return EXIT.ok;
}
