/**
 * `easel bulk watch`: how far a bulk action is, until it is over.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { BulkAnswer } from '../admin-answers.ts';
import { bulkLines, bulkPath } from '../bulk-text.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';

const LOOK_MS = 2_000;

export const bulkWatch: Command = {
  name: 'bulk watch',
  summary: 'follow a bulk action to its end',
  keyKind: 'admin',
  direct: true,
  takes: 'ID',
  counts: [1, 1],
  options: {},
  notes: [
    'A plan that nobody has applied is shown once. With --json one line for each step. Ctrl-C ends the watching alone.',
  ],
  examples: ['easel bulk watch blk_01m83fz1q3zzctwn61v8nq048z'],
  run: watchBulk,
};

async function watchBulk(call: Call): Promise<ExitCode> {
  const { client, args, out, err, json, signal } = call;
  const path = bulkPath(args);
  let shown = '';
  for (;;) {
    const action = await client.json<BulkAnswer>('GET', path);
    const { progress, state } = action;
    const text = `${progress.looked} of ${progress.total}, ${progress.done} done`;
    if (text !== shown && json) out.line(JSON.stringify(action));
    if (text !== shown && !json && state === 'running') err.line(text);
    shown = text;
    if (state !== 'running') {
      if (!json) for (const line of bulkLines(action, call)) out.line(line);
      return EXIT.ok;
    }
    await pause(LOOK_MS, undefined, { signal });
  }
}
