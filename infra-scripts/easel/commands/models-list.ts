/**
 * `easel models list`: whether the models answer, and which are held back.
 */
import type { ModelAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { MODELS_PATH, modelLines } from '../model-text.ts';

export const modelsList: Command = {
  name: 'models list',
  summary: 'list the models: which answer, which are held back',
  keyKind: 'admin',
  direct: true,
  takes: '',
  counts: [0, 0],
  options: {},
  examples: ['easel models list', 'easel models list --json | jq \'.models[] | select(.circuit == "open") | .id\''],
  run: listModels,
};

async function listModels(call: Call): Promise<ExitCode> {
  const { client, out, json } = call;
  const answer = await client.json<{ models: readonly ModelAnswer[] }>('GET', MODELS_PATH);
  for (const line of json ? [JSON.stringify(answer, null, 2)] : modelLines(answer.models, call)) out.line(line);
  return EXIT.ok;
}
