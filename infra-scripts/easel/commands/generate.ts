/**
 * `easel generate`: photos in, pictures on this disk out. Progress goes to standard error; standard output gets the
 * path of each picture, so that a script can take it from there.
 */
import pLimit from 'p-limit';
import { createBoard } from '../board.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode, type Fault, gravest, Refusal } from '../faults.ts';
import { exitCodeOf } from '../job-text.ts';
import { type Making, makePicture } from '../make-picture.ts';
import { prepareDirectory } from '../picture-file.ts';
import { muted } from '../screen.ts';
import { createTeller, tellInterrupted, tellTotal } from '../tell-outcome.ts';
import { readWishes, type Wish } from '../wishes.ts';

/** A photo is up to 20 MiB; more lines share the same uplink. */
const SENDING_MAX = 4;
/** One instance of the service keeps 40 callers waiting at most, and there are other callers. */
const WAITING_MAX = 12;

export const generate: Command = {
  name: 'generate',
  summary: 'draw photos in styles and save the pictures',
  takes: 'PHOTO…',
  counts: [1, Number.POSITIVE_INFINITY],
  options: {
    style: { value: 'style', multiple: true, help: 'a style of "easel styles"; several draw several pictures' },
    prompt: { value: 'text', multiple: true, help: 'your own words instead of a style, or as one more picture' },
    variation: { value: 'n', help: 'another version of the same picture, 0 to 9' },
    size: { value: 'size', help: 'such as 1K; the model has to know it' },
    'aspect-ratio': { value: 'w:h', help: 'such as 4:5; the model has to know it' },
    customer: { value: 'id', help: "the shopper whose quota counts; without one only the day's budget does" },
    'custom-id': { value: 'id', help: 'your own name for the jobs, to find them by' },
    out: { value: 'dir', help: 'where to save (default: here); made if need be' },
    'no-wait': { help: 'only submit, and print the ids of the jobs' },
  },
  notes: [
    'Saves <photo>-<style>[-v<variation>].<jpg|png|webp> and never replaces a file: -2, -3 … are added.',
    'Prints the path of each picture; with --json its job, and "photo" and "file" beside the API\'s own members.',
    'Ctrl-C ends the waiting, not the jobs.',
  ],
  examples: [
    'easel generate cat.jpg --style ink-wash',
    'easel generate *.jpg --style ink-wash --style charcoal --out pictures',
    'easel generate cat.jpg --style ink-wash --variation 2 --customer 4711 --json',
  ],
  run: generatePictures,
};

async function generatePictures(call: Call): Promise<ExitCode> {
  const wishes = await readWishes(call);
  const out = call.options.text('out') ?? '.';
  const submitOnly = call.options.flag('no-wait');
  // Both are wrong before the first photo is sent, or not at all.
  call.client.connection.key();
  if (!submitOnly) await prepareDirectory(out);
  const screen = call.json && !call.err.isTerminal ? muted(call.err) : call.err;
  const board = createBoard(screen, { now: call.now, labels: wishes.map(({ label }) => label) });
  const making = { ...call, board, out, submitOnly, ...lanes(), ...createGate() };
  const tell = createTeller(call, board);
  try {
    const outcomes = await Promise.all(
      wishes.map(async wish => {
        const outcome = await makePicture(wish, making);
        await tell(outcome);
        return outcome;
      }),
    );
    board.close();
    if (call.signal.aborted) return tellInterrupted(call, outcomes);
    tellTotal(call, outcomes);
    return gravest(outcomes.map(({ fault, job }) => fault?.exitCode ?? (job ? exitCodeOf(job) : EXIT.ok)));
  } finally {
    board.close();
  }
}

function lanes(): Pick<Making, 'sending' | 'waiting'> {
  return { sending: pLimit(SENDING_MAX), waiting: pLimit(WAITING_MAX) };
}

/** Remembers refusals that the next wish would only meet again: uploading another 20 MiB for them helps nobody. */
function createGate(): Pick<Making, 'pointless' | 'refused'> {
  const met = new Map<string, Fault>();
  // Styles and prompts draw from different pools; a key that is not taken is taken for neither.
  const kindOf = (wish: Wish) => (wish.prompt === undefined ? 'style' : 'prompt');
  return {
    pointless: wish => met.get('all') ?? met.get(kindOf(wish)),
    refused(wish, fault) {
      const isKey = fault instanceof Refusal && (fault.status === 401 || fault.status === 403);
      if (isKey || fault.exitCode === EXIT.unreachable) met.set('all', fault);
      if (fault.exitCode === EXIT.usedUp) met.set(kindOf(wish), fault);
    },
  };
}
