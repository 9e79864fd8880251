/**
 * Serves the requests of the storage double one by one: finds the route, lets the planned misbehaviour happen before,
 * during or after it, and keeps the books.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiFault } from './api-fault.ts';
import { type Answer, type Exchange, type Operation, type Route, readBody, targetOf } from './exchange.ts';
import type { Misbehaviour, Troubles } from './trouble.ts';
import { corrupted, refusal, send } from './wire.ts';

export interface SeenRequest {
  readonly operation: Operation | undefined;
  readonly method: string;
  readonly path: string;
  readonly rawQuery: string;
  readonly headers: IncomingMessage['headers'];
}

export interface ServingOptions {
  readonly routes: readonly Route[];
  readonly troubles: Troubles;
  readonly seen: (request: SeenRequest) => void;
  readonly done: (operation: Operation) => void;
  /** On every answer. */
  readonly headersFor: (request: IncomingMessage) => { readonly [name: string]: string };
}

interface Found {
  readonly route: Route;
  readonly names: readonly string[];
}

export function createServing({ routes, troubles, seen, done, headersFor }: ServingOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const target = targetOf(request);
    const { method = '', headers } = request;
    const found = findRoute(routes, { method, ...target });
    const operation = found?.route.operation;
    seen({ operation, method, headers, ...target });
    const trouble = operation && troubles.next(operation);
    const head = method === 'HEAD';
    const refuse = (status: number, { reason = 'backendError', message = 'Backend Error' } = {}) =>
      send(response, refusal(new ApiFault(status, { reason, message }), operation), { head });

    if (trouble?.kind === 'reset') return void request.socket.resetAndDestroy();
    if (trouble?.kind === 'refuse-early') {
      response.shouldKeepAlive = false;
      return refuse(trouble.status);
    }
    if (trouble?.kind === 'hold' && trouble.at !== 'download') await trouble.until;
    const body = await readBody(request, bytes => {
      if (trouble?.kind === 'reset-upload' && bytes >= trouble.afterBytes) request.socket.resetAndDestroy();
    });
    if (trouble?.kind === 'refuse') return refuse(trouble.status, trouble);

    const query = new URLSearchParams(target.rawQuery);
    const answer = answerTo(found, { method, ...target, query, headers, body, ...damage(trouble) });
    if (operation && answer.status < 400) done(operation);
    if (trouble?.kind === 'do-then-refuse') return refuse(trouble.status);
    if (trouble?.kind === 'do-then-reset') return void request.socket.resetAndDestroy();
    await send(response, { ...answer, headers: { ...answer.headers, ...headersFor(request) } }, { head, trouble });
  };
}

function findRoute(
  routes: readonly Route[],
  { method, path, rawQuery }: { method: string; path: string; rawQuery: string },
): Found | undefined {
  const query = new URLSearchParams(rawQuery);
  for (const route of routes) {
    const match = route.method === method && (route.when?.(query) ?? true) ? route.path.exec(path) : null;
    if (match) return { route, names: match.slice(1).map(decodeURIComponent) };
  }
  return undefined;
}

function damage(trouble: Misbehaviour | undefined): Pick<Exchange, 'tamper' | 'unnoticed'> {
  if (trouble?.kind !== 'corrupt') return { tamper: content => content, unnoticed: false };
  return { tamper: corrupted, unnoticed: trouble.unnoticed ?? false };
}

function answerTo(found: Found | undefined, exchange: Exchange): Answer {
  try {
    if (!found) throw new ApiFault(404, { reason: 'notFound', message: 'Not Found' });
    return found.route.handle(exchange, found.names);
  } catch (error) {
    if (error instanceof ApiFault) return refusal(error, found?.route.operation);
    throw error;
  }
}
