/**
 * No answer came: one sentence on what is wrong, told from the code that the network gave, and what to do about it.
 */
import type { Connection } from './connection.ts';
import { EXIT, Fault } from './faults.ts';

export function unreachable(error: Error, url: string, connection: Connection): Fault {
  const { origin, host } = new URL(url);
  const { code, message } = (error.cause ?? error) as NodeJS.ErrnoException;
  const start = connection.isLocal ? 'Is it running? npm start' : 'Is the address right? --url or EASEL_URL names it.';
  const fault = (sentence: string, hint: string) => new Fault(EXIT.unreachable, sentence, { hint, cause: error });
  if (error.name === 'TimeoutError') return fault(`${origin} did not answer in time.`, start);
  switch (code) {
    case 'ECONNREFUSED':
      return fault(`Nothing listens on ${origin}.`, start);
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return fault(`The host ${host} is not known.`, 'Is the address right? --url or EASEL_URL names it.');
    default:
      return fault(`The connection to ${origin} broke (${typeof code === 'string' ? code : message}).`, start);
  }
}
