/**
 * Commands on several jobs: each job on its own, and one that is refused does not keep the others from their turn.
 */
import type { Call } from './command.ts';
import { faultJson, faultLines } from './fault-text.ts';
import { EXIT, type ExitCode, gravest, usageFault } from './faults.ts';
import { asFault } from './file-fault.ts';
import { harmless } from './text-width.ts';

/** Throws a usage fault for what could not be the last part of an address. */
export function checkIds(args: readonly string[]): readonly string[] {
  const wrong = args.find(id => !/^[\w-]{1,64}$/.test(id));
  if (wrong !== undefined)
    throw usageFault(`"${wrong}" is no job's id.`, 'They begin with job_; see "easel jobs list".');
  return [...new Set(args)];
}

/** Runs `work` for each id in turn. Throws where the next would meet the same: no answer, interrupted. */
export async function forEachJob(call: Call, work: (id: string) => Promise<ExitCode>): Promise<ExitCode> {
  const { err, json, now } = call;
  const codes: ExitCode[] = [];
  for (const id of checkIds(call.args)) {
    try {
      codes.push(await work(id));
    } catch (error) {
      const fault = asFault(error);
      if (fault.exitCode === EXIT.unreachable || fault.exitCode === EXIT.interrupted) throw fault;
      codes.push(fault.exitCode);
      if (json) err.line(faultJson(fault, { id }));
      else {
        const [first, ...others] = faultLines(fault, { paint: err.paint, nowMs: now() });
        err.line(`${err.paint.red(harmless(id))}: ${first}`);
        for (const line of others) err.line(`  ${line}`);
      }
    }
  }
  return gravest(codes);
}
