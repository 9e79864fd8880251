/**
 * A double of what the tools of `infra-scripts/google` call: gcloud, the REST calls by curl, firebase-tools and docker.
 * It keeps what was made, says NOT_FOUND and ALREADY_EXISTS, and answers looks in the shape of Google's APIs as far as
 * the tools read them. How close it is to the real ones is our own reading of their documentation.
 */
import type { Command, Outcome, Run } from '../../infra-scripts/google/command.ts';
import { parseWords, type Request } from './gcloud/request.ts';
import { HANDLERS } from './gcloud/resources.ts';
import { answerRest } from './gcloud/rest.ts';
import { pushImage } from './gcloud/run.ts';
import { CloudError, type CloudState, createState } from './gcloud/state.ts';

export interface FakeCloud {
  readonly run: Run;
  readonly state: CloudState;
  /** Every command since the last `forget`, as words. */
  readonly calls: readonly string[];
  forget(): void;
  /** Lets the next commands whose words match answer this instead. */
  answer(words: RegExp, outcome: Partial<Outcome>): void;
}

/** Commands that change nothing, whatever they are called on. */
const READS =
  /^gcloud .*\b(describe|list|get-iam-policy|print-access-token|print-identity-token|read|access)\b|^curl .*--request=GET/;

export function createFakeCloud(): FakeCloud {
  const state = createState();
  const calls: string[] = [];
  const answers: { words: RegExp; outcome: Partial<Outcome> }[] = [];

  const run: Run = async command => {
    const words = [command.program, ...command.args].join(' ');
    calls.push(words);
    const input = (await command.input?.make(run)) ?? '';
    const set = answers.find(answer => answer.words.test(words));
    if (set) return { code: 0, stdout: '', stderr: '', ...set.outcome };
    return answered(() => answer(command, { state, input }));
  };
  return {
    run,
    state,
    calls,
    forget: () => void calls.splice(0),
    answer: (words, outcome) => void answers.unshift({ words, outcome }),
  };
}

export function changesOf(calls: readonly string[]): string[] {
  return calls.filter(words => !READS.test(words));
}

function answered(work: () => unknown): Outcome {
  try {
    const printed = work();
    const stdout = typeof printed === 'string' ? printed : JSON.stringify(printed ?? null);
    return { code: 0, stdout, stderr: '' };
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    return { code: 1, stdout: '', stderr: `ERROR: ${error.message}` };
  }
}

function answer(command: Command, { state, input }: { state: CloudState; input: string }): unknown {
  const textOf = (path: string) => {
    const file = command.files?.find(one => one.path === path);
    if (!file) throw new CloudError(`Unable to read file [${path}]`);
    return file.text;
  };
  if (command.program === 'curl') return answerRest(command.args, { state, textOf });
  if (command.program === 'npx') return deployFirebase(command, { state, textOf });
  if (command.program === 'docker') return pushImage(command.args, state);
  const request: Request = { ...parseWords(command.args), state, input, textOf };
  const handler = HANDLERS.find(([pattern]) => pattern.test(request.words));
  if (!handler) throw new CloudError(`Invalid choice: ${request.words} is not known to the double`);
  return handler[1](request);
}

function deployFirebase({ args }: Command, { state, textOf }: Pick<Request, 'state' | 'textOf'>): string {
  if (args.includes('--only=firestore:rules')) state.put('rules', textOf('firestore.rules'));
  else {
    const { indexes } = JSON.parse(textOf('firestore.indexes.json')) as {
      indexes: { collectionGroup: string; fields: unknown[] }[];
    };
    state.put(
      'indexes',
      indexes.map(({ collectionGroup, fields }, place) => ({
        name: `projects/p/databases/d/collectionGroups/${collectionGroup}/indexes/${place}`,
        state: 'READY',
        fields: [...fields, { fieldPath: '__name__', order: 'ASCENDING' }],
      })),
    );
  }
  return 'Deploy complete!';
}
