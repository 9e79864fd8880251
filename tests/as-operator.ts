/**
 * Calls of operators against a running service, for the tests of their routes.
 */
import { jsonOf } from './operator-calls.ts';
import type { Answer, JobAnswer, Service } from './service.ts';

/** What any of the answers may have, as far as tests look at it. */
export interface Any extends JobAnswer {
  readonly key: string;
  readonly keys: readonly Any[];
  readonly entries: readonly { action: string; target: string; actor: string; reason?: string; detail?: string }[];
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  readonly detail?: string;
  readonly nextCursor?: string;
  readonly label?: string;
  readonly ending?: string;
  readonly revokedAt?: string;
}

export type Body = { readonly [member: string]: unknown };
export type Operator = (request: string, body?: Body) => Promise<Answer<Any>>;

/** Calls with the admin key; a body is sent as JSON. */
export async function operatorOf(service: Service): Promise<Operator> {
  const { admin } = await service.keys();
  return (request, body) => {
    const [method = '', path = ''] = request.split(' ');
    return service.call<Any>(method, path, { key: admin, ...(body === undefined ? {} : jsonOf(body)) });
  };
}

/** The status, and the fields that were complained about. */
export function pointers({ status, body }: Answer<Any>): (number | string)[] {
  return [status, ...(body.errors ?? []).map(({ pointer }) => pointer)];
}

export function inAnHour(): string {
  return new Date(Date.now() + 3_600_000).toISOString();
}
