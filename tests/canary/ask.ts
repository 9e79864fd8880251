/**
 * Requests whose answers are wanted whole, headers included, to look for canaries in them.
 */
import type { Service } from '../service.ts';

export interface Asked {
  readonly status: number;
  readonly body: { readonly [name: string]: unknown };
  /** Status line, headers and body, as text. */
  readonly whole: string;
}

export interface AskOptions {
  /** A key or a token. */
  readonly as?: string;
  readonly headers?: { readonly [name: string]: string };
  /** An object is sent as JSON. */
  readonly body?: string | FormData | object;
}

export async function ask(
  service: Service,
  request: string,
  { as, headers = {}, body }: AskOptions = {},
): Promise<Asked> {
  const [method = '', path = ''] = request.split(' ');
  const asIs = typeof body === 'string' || body instanceof FormData ? body : undefined;
  const json = body === undefined || asIs !== undefined ? undefined : JSON.stringify(body);
  const sent = asIs ?? json;
  const response = await fetch(path.startsWith('http') ? path : service.url() + path, {
    method,
    redirect: 'manual',
    headers: {
      ...(as === undefined ? {} : { Authorization: `Bearer ${as}` }),
      ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(sent === undefined ? {} : { body: sent }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  const lines = [...response.headers].map(([name, value]) => `${name}: ${value}`);
  return {
    status: response.status,
    body: isJson && text !== '' ? JSON.parse(text) : {},
    whole: [`${response.status}`, ...lines, '', text].join('\n'),
  };
}
