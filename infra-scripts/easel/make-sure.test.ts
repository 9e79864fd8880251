import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { EXIT, Fault } from './faults.ts';
import { makeSure } from './make-sure.ts';

const test = suite('questions');
const DOUBT = { question: 'Revoke it for good?', risk: 'It cannot be undone', kept: 'Nothing was revoked.' };

/** The code of the fault, or of success; `answer` undefined means that nobody is there. */
async function codeFor(answer: string | undefined, yes = false): Promise<number> {
  const ask = answer === undefined ? undefined : async () => answer;
  const options = {
    flag: (name: string) => yes && name === 'yes',
    text: () => undefined,
    texts: () => [],
    integer: () => undefined,
  };
  try {
    await makeSure({ ask, options }, DOUBT);
    return EXIT.ok;
  } catch (error) {
    if (error instanceof Fault) return error.exitCode;
    throw error;
  }
}

test('only a yes is one', async () => {
  for (const answer of ['y', 'Y', 'yes', ' YES ']) assert.is(await codeFor(answer), EXIT.ok, answer);
  for (const answer of ['', 'n', 'no', 'yess', 'ok', 'y n']) assert.is(await codeFor(answer), EXIT.interrupted, answer);
});

test('where nobody is there --yes is needed, and with it nobody is asked', async () => {
  assert.is(await codeFor(undefined), EXIT.usage);
  assert.is(await codeFor(undefined, true), EXIT.ok);
  assert.is(await codeFor('no', true), EXIT.ok);
});

test.run();
