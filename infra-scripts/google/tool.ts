/**
 * What the tools of this folder have in common: `--env`, `--dry-run`, the refusal to touch a cloud with placeholders,
 * and how a fault ends them.
 */
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import type { Command, Run } from './command.ts';
import { commandsOf, converge, type Step, scriptOfSteps, type Tell } from './converge.ts';
import { ENVIRONMENTS, type Environment, type EnvironmentName, isPlaceholder, readEnvironment } from './environment.ts';
import { withShell } from './shell.ts';

export interface Job {
  readonly env: Environment;
  readonly run: Run;
  readonly tell: Tell;
  /** The answer of a person; undefined where there is none to be asked. */
  readonly ask: (question: string) => Promise<string | undefined>;
  /** Waits between two looks at something that takes its time. */
  readonly pause: (ms: number) => Promise<void>;
  /** What was given beyond the common options. */
  readonly options: Options;
  /** The first word that is no option. */
  readonly word?: string;
}

export interface Options {
  readonly [name: string]: string | boolean | undefined;
}

export interface Tool {
  readonly name: string;
  /** What it takes beside `--env` and `--dry-run`. */
  readonly options?: { readonly [name: string]: { readonly type: 'string' | 'boolean' } };
  /** Takes one word beside its options. */
  readonly takesWord?: boolean;
  /** Every command that `work` could run, as a script to read. */
  script(env: Environment, options: Options): string[];
  /** The same commands, for whoever checks them. */
  commands(env: Environment): Command[];
  /** Throws an Error whose message is for the operator. */
  work(job: Job): Promise<void>;
}

/** A tool that looks at each thing and makes or mends it. */
export function convergingTool(
  name: string,
  { steps, after }: { steps: (env: Environment) => readonly Step[]; after?: (env: Environment) => readonly string[] },
): Tool {
  return {
    name,
    script: env => scriptOfSteps(steps(env)),
    commands: env => commandsOf(steps(env)),
    async work({ env, run, tell }) {
      const findings = await converge(steps(env), run, tell);
      const count = (kind: string) => findings.filter(finding => finding === kind).length;
      tell(
        `${name} of ${env.name}: ${count('made')} made, ${count('mended')} mended, ${count('left')} left as they were`,
      );
      for (const line of after?.(env) ?? []) tell(line);
    },
  };
}

export async function runAsProcess(tool: Tool): Promise<void> {
  try {
    const { env, dryRun, options, word } = await readArguments(tool, process.argv.slice(2));
    if (dryRun) return void console.log(tool.script(env, options).join('\n'));
    if (isPlaceholder(env)) throw new Error(`environments/${env.name}.yaml still names examples; write your own in.`);
    const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms));
    await withShell(run =>
      tool.work({
        env,
        run,
        options,
        ...(word === undefined ? {} : { word }),
        pause,
        ask,
        tell: line => console.log(line),
      }),
    );
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}

async function readArguments(tool: Tool, args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: tool.takesWord === true,
    options: { env: { type: 'string' }, 'dry-run': { type: 'boolean' }, ...tool.options },
  });
  const { env: name, 'dry-run': dryRun = false, ...options } = values as Options;
  if (!ENVIRONMENTS.includes(name as EnvironmentName)) {
    throw new Error(`Which environment? npm run cloud:${tool.name} -- --env ${ENVIRONMENTS.join('|')} [--dry-run]`);
  }
  const env = await readEnvironment(name as EnvironmentName);
  return { env, dryRun: dryRun === true, options, word: positionals[0] };
}

async function ask(question: string): Promise<string | undefined> {
  if (process.stdin.isTTY !== true) return undefined;
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}
