/**
 * `easel quota`: how many pictures a shopper has left today.
 */
import type { QuotaAnswer } from '../answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { tableLines } from '../table.ts';
import { momentText } from '../time-text.ts';

export const quota: Command = {
  name: 'quota',
  summary: 'show how many pictures a shopper has left today',
  takes: '',
  counts: [0, 0],
  options: { customer: { value: 'id', help: 'the shopper; a server that names none has no quota but the budget' } },
  examples: ['easel quota --customer 4711', "easel quota --customer 4711 --json | jq '.pools.named.remaining'"],
  run: showQuota,
};

async function showQuota({ client, out, json, options, now }: Call): Promise<ExitCode> {
  const customer = options.text('customer');
  const query = customer === undefined ? '' : `?customerId=${encodeURIComponent(customer)}`;
  const answer = await client.json<QuotaAnswer>('GET', `/v1/quota${query}`);
  if (json) {
    out.line(JSON.stringify(answer, null, 2));
    return EXIT.ok;
  }
  const count = (value: number | null) => (value === null ? 'no limit' : String(value));
  type Pool = [name: string, pool: QuotaAnswer['pools'][string]];
  const lines = tableLines<Pool>(
    [
      { title: 'POOL', of: ([name]) => name },
      {
        title: 'LEFT',
        of: ([, { remaining }]) => count(remaining),
        right: true,
        paint: (text, [, { remaining }]) => (remaining === 0 ? out.paint.red(text) : text),
      },
      { title: 'OF', of: ([, { limit }]) => (limit === null ? '' : String(limit)), right: true },
      {
        title: 'NEW ONES',
        of: ([, { resetAt, limit }]) => (limit === null ? '' : momentText(Date.parse(resetAt), now())),
      },
    ],
    Object.entries(answer.pools),
    { width: out.columns(), paintTitle: out.paint.dim },
  );
  for (const line of lines) out.line(line);
  return EXIT.ok;
}
