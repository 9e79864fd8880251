/**
 * `npm run check:gcloud`: every gcloud command of every tool, for every environment, as gcloud's own linter sees it. Its
 * last line says how many that were; where there is no gcloud it says NOT TESTED.
 */
import { lineOf } from './command.ts';
import { ENVIRONMENTS, type Environment, readEnvironment } from './environment.ts';
import { hasGcloud, lintGcloud } from './lint-gcloud.ts';
import { TOOLS } from './tools.ts';

/** All of them. Of those that differ in nothing but names of ours, the first stands for the others: see `shapeOf`. */
export async function commandLines(): Promise<string[]> {
  const environments = await Promise.all(ENVIRONMENTS.map(name => readEnvironment(name)));
  const variants = environments.flatMap(env => [
    env,
    { ...env, gemini: { by: 'vertex', location: 'global' } } as const,
  ]);
  const lines = variants.flatMap(env => TOOLS.flatMap(tool => tool.commands(env).map(toLine(env))));
  const byShape = new Map<string, string>();
  for (const line of lines.filter(one => one.startsWith('gcloud ')))
    byShape.set(shapeOf(line), byShape.get(shapeOf(line)) ?? line);
  return [...byShape.values()];
}

/** The linter takes a tenth of a second for each, and knows no names: of things of ours, of roles, of files. */
function shapeOf(line: string): string {
  return line
    .replace(/(easel|alert)[-_][\w-]+/g, 'easel')
    .replace(/\b(roles\/|[\w-]+\.json|serviceAccount:|principalSet:|allUsers)[^\s']*/g, 'name')
    .replace(/[\d.]+/g, '0');
}

function toLine({ name, project, projectNumber }: Environment) {
  return (command: Parameters<typeof lineOf>[0]) =>
    lineOf({ program: command.program, args: command.args })
      .replaceAll(project, 'example-project')
      .replaceAll(projectNumber, '111111111111')
      .replaceAll(name, 'environment');
}

async function main(): Promise<void> {
  if (!hasGcloud()) return console.log('NOT TESTED: the commands of infra-scripts/google; there is no gcloud here');
  const lines = await commandLines();
  const refused = lintGcloud(lines);
  for (const { command, message } of refused) console.log(`${command}\n  ${message.trim()}\n`);
  console.log(`${lines.length} gcloud commands checked, ${refused.length} refused`);
  if (refused.length > 0) process.exitCode = 1;
}

if (import.meta.main) await main();
