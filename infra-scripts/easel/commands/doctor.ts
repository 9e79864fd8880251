/**
 * `easel doctor`: lets the service check itself, and says what is wrong and what to do.
 */
import type { InvariantsAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';

export const doctor: Command = {
  name: 'doctor',
  summary: 'look for what is overdue, unsettled, missing or stuck, and say what to do',
  keyKind: 'admin',
  takes: '',
  counts: [0, 0],
  options: {},
  notes: ['Changes nothing. Exit code 6 when a fault was found, else 0; notes, which mend themselves, are no faults.'],
  examples: ['easel doctor', "easel doctor --json | jq '.findings[].code'"],
  run: examine,
};

async function examine({ client, out, json }: Call): Promise<ExitCode> {
  const answer = await client.json<InvariantsAnswer>('GET', '/v1/admin/invariants');
  const code = answer.ok ? EXIT.ok : EXIT.unsound;
  if (json) {
    out.line(JSON.stringify(answer, null, 2));
    return code;
  }
  for (const { severity, code: name, count, what, todo, examples } of answer.findings) {
    const paint = severity === 'fault' ? out.paint.red : out.paint.yellow;
    out.line(`${paint(severity)} ${name} (${count}): ${what}`);
    if (examples.length > 0) out.line(`  ${out.paint.dim(`such as ${examples.join(', ')}`)}`);
    out.line(`  ${todo}`);
    out.line('');
  }
  const { jobs, photos } = answer.looked;
  out.line(
    `${answer.ok ? 'no fault found' : 'not sound'}; the newest ${jobs} ended jobs and ${photos} photos were looked at one by one`,
  );
  return code;
}
