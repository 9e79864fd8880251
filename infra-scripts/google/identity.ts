/**
 * `npm run -s cloud:identity -- --env staging`: whom a workflow of GitHub says that it is, in the form of its outputs; so
 * that nothing has to be set at GitHub that stands in the environment's settings already.
 */
import { parseArgs } from 'node:util';
import { ENVIRONMENTS, type Environment, isPlaceholder, readEnvironment } from './environment.ts';
import { PROVIDER } from './setup/github.ts';

export function identityOf({ projectNumber, accounts }: Environment): string {
  return [`provider=projects/${projectNumber}/${PROVIDER}`, `account=${accounts.deploy}`].join('\n');
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { env: { type: 'string' } } });
  const name = ENVIRONMENTS.find(one => one === values.env);
  const env = name && (await readEnvironment(name));
  if (env && !isPlaceholder(env)) console.log(identityOf(env));
  else {
    console.error(`--env has to be one of ${ENVIRONMENTS.join(', ')}, and its file may name no examples.`);
    process.exitCode = 1;
  }
}
