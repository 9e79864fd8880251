/**
 * Asks the API as somebody: with the key or the session's token, and once more with a fresh one if that was refused.
 */
import { type CallRequest, call, jsonOf } from './call.ts';
import type { Environment } from './environment.ts';
import { EaselError } from './errors.ts';
import type { Reply } from './exchange.ts';

export interface Credentials {
  bearer(signal?: AbortSignal): Promise<string>;
  /** Another one, because this one was refused; undefined where there is none. */
  another(refused: string, signal?: AbortSignal): Promise<string | undefined>;
}

export interface AskOptions extends Omit<CallRequest, 'method' | 'url' | 'headers'> {
  readonly headers?: { readonly [name: string]: string };
}

export interface Ask {
  reply(request: string, options?: AskOptions): Promise<Reply>;
  json<T>(request: string, options?: AskOptions): Promise<T>;
  /** Does something with the bearer, and once more with another one when the service does not know it. */
  as<T>(work: (bearer: string) => Promise<T>, signal?: AbortSignal): Promise<T>;
}

/** Requests are written `GET /v1/styles`. */
export function createAsk(environment: Environment, url: string, credentials: Credentials): Ask {
  async function as<T>(work: (bearer: string) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const bearer = await credentials.bearer(signal);
    try {
      return await work(bearer);
    } catch (error) {
      const refused = error instanceof EaselError && error.status === 401;
      const another = refused ? await credentials.another(bearer, signal) : undefined;
      if (another === undefined) throw error;
      return work(another);
    }
  }

  function reply(request: string, options: AskOptions = {}): Promise<Reply> {
    const [method = '', path = ''] = request.split(' ');
    const type = typeof options.body === 'string' ? { 'Content-Type': 'application/json' } : {};
    return as(bearer => {
      const headers = { ...type, ...options.headers, Authorization: `Bearer ${bearer}` };
      return call(environment, { ...options, method, url: url + path, headers });
    }, options.signal);
  }

  return {
    as,
    reply,
    json: async <T>(request: string, options?: AskOptions) => jsonOf<T>(await reply(request, options)),
  };
}
