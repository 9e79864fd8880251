/**
 * `easel models hold`: no job asks the model; its fallback draws.
 */
import type { ModelAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { holdPath, modelLines } from '../model-text.ts';
import { needed, REASON, UNTIL, untilOf } from '../operator-options.ts';

export const modelsHold: Command = {
  name: 'models hold',
  summary: 'let the fallback of a model draw for a time',
  keyKind: 'admin',
  takes: 'MODEL',
  counts: [1, 1],
  options: { reason: REASON, until: UNTIL },
  notes: [
    '--reason and --until are needed, at most 7 days ahead. A job whose model has no fallback that can draw it waits.',
  ],
  examples: ['easel models hold gemini-3.1-flash-lite-image --reason "Its pictures are grey." --until 06:00'],
  run: holdModel,
};

async function holdModel(call: Call): Promise<ExitCode> {
  const { client, args, out, json } = call;
  needed(call, 'until', modelsHold);
  const body = { reason: needed(call, 'reason', modelsHold), until: untilOf(call) };
  const model = await client.json<ModelAnswer>('PUT', holdPath(args), { body });
  for (const line of json ? [JSON.stringify(model, null, 2)] : modelLines([model], call)) out.line(line);
  return EXIT.ok;
}
