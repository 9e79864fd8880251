/**
 * One conversation: some requests on a connection, one after the other, each held to its answer; or nonsense, to which the
 * service may answer or hang up.
 */
import { type Dice, diceOf } from './dice.ts';
import type { Failure } from './fuzz.ts';
import type { Judge } from './judge.ts';
import type { Known } from './known.ts';
import { type Nonsense, nonsense } from './nonsense.ts';
import type { FuzzOperation } from './operations.ts';
import { type FuzzRequest, fuzzRequest, signedRequest } from './requests.ts';
import { type Connection, openConnection, type WireAnswer } from './wire.ts';

export interface Run {
  readonly seed: number;
  readonly port: number;
  readonly known: Known;
  readonly operations: readonly FuzzOperation[];
  readonly judge: Judge;
  readonly count: Counting;
}

export interface Counting {
  /** Undefined where the server hung up. */
  answered(answer: WireAnswer | undefined, operation?: FuzzOperation): void;
  failed(failure: Failure): void;
}

const ANSWER_LIMIT_MS = 30_000;
/** Nonsense that is not answered by then is taken for complete by closing it. */
const SILENCE_MS = 150;

export async function converse(run: Run, number: number): Promise<void> {
  const dice = diceOf(run.seed, number);
  if (dice.percent(12)) return talkNonsense(run, number, nonsense(run.known, dice));
  const requests = Array.from({ length: 1 + dice.below(6) }, () => aRequest(run, dice));
  let connection: Connection | undefined;
  let sent: Buffer[] = [];
  try {
    for (const { operation, ...request } of requests) {
      if (!connection?.open()) {
        connection?.close();
        connection = await openConnection(run.port);
        sent = [];
      }
      sent.push(request.bytes);
      connection.send(request.bytes);
      const answer = await connection.answer(request.method, ANSWER_LIMIT_MS);
      const complaints = answer ? run.judge.request(request, answer) : ['there is no answer'];
      run.count.answered(answer, operation);
      if (complaints.length > 0) run.count.failed({ number, complaints: told(complaints, answer), sent });
      if (complaints.length > 0) break;
    }
  } catch (error) {
    run.count.failed({ number, complaints: [String(error)], sent });
  } finally {
    connection?.close();
  }
}

function aRequest({ operations, known }: Run, dice: Dice): FuzzRequest & { readonly operation?: FuzzOperation } {
  if (dice.percent(6)) return signedRequest(known, dice);
  // The bodies with the most in them get more of the requests.
  const operation = dice.weighed(
    operations.map(one => [one.bodies.length > 0 ? 1 + one.bodies.length : 1, one] as const),
  );
  return { ...fuzzRequest(operation, known, dice), operation };
}

async function talkNonsense(run: Run, number: number, { what, bytes, answersMax }: Nonsense): Promise<void> {
  let connection: Connection | undefined;
  const complaints: string[] = [];
  let answers = 0;
  try {
    connection = await openConnection(run.port);
    connection.send(bytes);
    for (let closing = false; ; ) {
      // A HEAD would have no body to wait for; nonsense sends none.
      const answer = await connection.answer('GET', closing ? ANSWER_LIMIT_MS : SILENCE_MS);
      if (answer) {
        answers++;
        run.count.answered(answer);
        complaints.push(...told(run.judge.nonsense(answer), answer));
      } else if (closing) break;
      else {
        closing = true;
        await connection.end(SILENCE_MS);
      }
    }
    if (answers === 0) run.count.answered(undefined);
    if (answers > answersMax) complaints.push(`${answers} answers to what is at most ${answersMax} requests`);
    if (connection.left().length > 0) complaints.push('half an answer');
  } catch (error) {
    complaints.push(String(error));
  } finally {
    connection?.close();
  }
  if (complaints.length > 0) run.count.failed({ number, complaints: [what, ...complaints], sent: [bytes] });
}

function told(complaints: readonly string[], answer: WireAnswer | undefined): string[] {
  if (complaints.length === 0 || !answer) return [...complaints];
  return [...complaints, `answered ${answer.status}: ${answer.body.toString('latin1').slice(0, 300)}`];
}
