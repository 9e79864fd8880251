/**
 * Brings a cloud to what is wanted, a step at a time: look, then make what is missing, mend what differs, and leave the
 * rest alone. Run twice, the second time changes nothing.
 */
import { type Command, lineOf, type Run, scriptOf } from './command.ts';

/** JSON that a look has printed. */
export type Found = unknown;

export interface Step {
  readonly title: string;
  /** Reads, and changes nothing. It prints JSON, or fails because there is nothing. */
  readonly look: Command;
  /** Where the first look only tells where to look: the second one, whose answer counts. */
  readonly follow?: (found: Found) => Command;
  /** Whether what was found is what is wanted; without it, that it is there is enough. */
  readonly holds?: (found: Found) => boolean;
  readonly make: readonly Command[];
  /** For what is there and differs; without it, `make` does both. */
  readonly mend?: readonly Command[];
}

export type Finding = 'made' | 'mended' | 'left';
export type Tell = (line: string) => void;

/** Stops with an Error at the first command that fails. */
export async function converge(steps: readonly Step[], run: Run, tell: Tell): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const step of steps) {
    const finding = await settle(step, run);
    tell(`${finding.padEnd(6)} ${step.title}`);
    findings.push(finding);
  }
  return findings;
}

async function settle({ look, follow, holds = () => true, make, mend = make }: Step, run: Run): Promise<Finding> {
  let found = await lookAt(look, run);
  if (found !== undefined && follow) found = await lookAt(follow(found), run);
  if (found !== undefined && holds(found)) return 'left';
  for (const command of found === undefined ? make : mend) await must(command, run);
  return found === undefined ? 'made' : 'mended';
}

/** Undefined = there is nothing. Throws when it cannot be told, such as without the permission to look. */
export async function lookAt(look: Command, run: Run): Promise<Found | undefined> {
  const outcome = await run(look);
  if (outcome.code === 0) return outcome.stdout.trim() === '' ? [] : JSON.parse(outcome.stdout);
  if (isMissing(outcome.stderr + outcome.stdout)) return undefined;
  throw failure(look, outcome.stderr);
}

export async function must(command: Command, run: Run): Promise<string> {
  const { code, stdout, stderr } = await run(command);
  if (code !== 0) throw failure(command, stderr || stdout);
  return stdout;
}

/** How gcloud's commands, and the APIs behind them, say that there is no such thing. */
function isMissing(message: string): boolean {
  return /NOT_FOUND|not found|cannot find|does not exist|\b404\b/i.test(message);
}

function failure(command: Command, message: string): Error {
  return new Error(`This command failed:\n  ${lineOf(command)}\n${message.trim()}`);
}

/** The same steps as a script to read: every command that could run, and when it would. */
export function scriptOfSteps(steps: readonly Step[]): string[] {
  return steps.flatMap(({ title, look, follow, holds, make, mend }) => [
    `# ${title}`,
    ...scriptOf(look),
    ...(follow ? ['# and what that names:', ...scriptOf(follow({}))] : []),
    holds && !mend ? '# where there is nothing, or not this:' : '# where there is nothing:',
    ...make.flatMap(scriptOf),
    ...(mend ? ['# where it is there, but not like this:', ...mend.flatMap(scriptOf)] : []),
    '',
  ]);
}

export function commandsOf(steps: readonly Step[]): Command[] {
  return steps.flatMap(({ look, follow, make, mend = [] }) => [
    look,
    ...(follow ? [follow({})] : []),
    ...make,
    ...mend,
  ]);
}
