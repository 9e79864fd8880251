/** The metadata server of Google Cloud, as far as the SDK asks it for a token, on the port of the Gemini double. */
import type { IncomingMessage, ServerResponse } from 'node:http';

export type MetadataMood = 'answers' | 'refuses' | 'fails' | 'hangs';

const FLAVOR = { 'metadata-flavor': 'Google' };
const STATUS = { answers: 200, refuses: 404, fails: 503 };

export function createMetadata(token: string) {
  let mood: MetadataMood = 'answers';
  let [asked, hanging] = [0, 0];

  function answerToken(response: ServerResponse): void {
    asked++;
    if (mood === 'hangs') {
      hanging++;
      return void response.once('close', () => hanging--);
    }
    const body = mood === 'answers' ? { access_token: token, expires_in: 3599, token_type: 'Bearer' } : {};
    response.writeHead(STATUS[mood], { ...FLAVOR, 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  return {
    set: (next: MetadataMood) => {
      mood = next;
    },
    tokensAskedFor: () => asked,
    tokensAwaited: () => hanging,
    /** True when the request was one for it. */
    answer({ url = '', headers }: IncomingMessage, response: ServerResponse): boolean {
      if (!url.startsWith('/computeMetadata/v1')) return false;
      if (headers['metadata-flavor'] !== 'Google') response.writeHead(403).end();
      else if (url.includes('/token')) answerToken(response);
      else {
        const said = url.includes('/universe') ? 'googleapis.com' : url.includes('/project-id') ? 'demo' : '';
        response.writeHead(200, { ...FLAVOR, 'content-type': 'application/text' }).end(said);
      }
      return true;
    },
  };
}
