/**
 * `npm run check:gcloud`: every gcloud command of every tool, for every environment, as gcloud's own linter sees it. Its
 * last line says how many that were; where there is no gcloud it says NOT TESTED.
 */
import { lineOf } from './command.ts';
import { ENVIRONMENTS, type Environment, readEnvironment } from './environment.ts';
import { hasGcloud, lintGcloud } from './lint-gcloud.ts';
import { TOOLS } from './tools.ts';

/** Of commands that differ in nothing but the environment's names, one is enough. */
export async function commandLines(): Promise<string[]> {
  const environments = await Promise.all(ENVIRONMENTS.map(name => readEnvironment(name)));
  const variants = environments.flatMap(env => [
    env,
    { ...env, gemini: { by: 'vertex', location: 'global' } } as const,
  ]);
  const lines = variants.flatMap(env => TOOLS.flatMap(tool => tool.commands(env).map(toLine(env))));
  return [...new Set(lines)].filter(line => line.startsWith('gcloud '));
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
