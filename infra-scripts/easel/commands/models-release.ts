/**
 * `easel models release`: the model draws again.
 */
import type { ModelAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { holdPath, modelLines } from '../model-text.ts';
import { queryText, REASON } from '../operator-options.ts';

export const modelsRelease: Command = {
  name: 'models release',
  summary: 'let a model draw again',
  keyKind: 'admin',
  takes: 'MODEL',
  counts: [1, 1],
  options: { reason: REASON },
  examples: ['easel models release gemini-3.1-flash-lite-image --reason "They are fine again."'],
  run: releaseModel,
};

async function releaseModel(call: Call): Promise<ExitCode> {
  const { client, args, out, json, options } = call;
  const query = queryText({ reason: options.text('reason') });
  const model = await client.json<ModelAnswer>('DELETE', `${holdPath(args)}${query}`);
  for (const line of json ? [JSON.stringify(model, null, 2)] : modelLines([model], call)) out.line(line);
  return EXIT.ok;
}
