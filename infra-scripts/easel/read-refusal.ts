/**
 * Reads a refusal out of an answer, and adds what only the command line knows: where the key came from, and that the
 * server at the address may be another one.
 */
import type { Reply } from './client.ts';
import type { Connection } from './connection.ts';
import { type Problem, Refusal } from './faults.ts';

export function refusalOf(reply: Reply, connection: Connection): Refusal {
  const requestId = reply.headers.get('Request-Id') ?? undefined;
  const problem = readProblem(reply);
  const hint = hintFor(problem, connection);
  return new Refusal(reply.status, problem, {
    ...(requestId !== undefined ? { requestId } : {}),
    ...(hint !== undefined ? { hint } : {}),
  });
}

function readProblem({ status, headers, bytes }: Reply): Problem {
  const location = headers.get('Location');
  if (status < 400) return { title: `The address has moved to ${location ?? 'somewhere else'}.` };
  if (!/^application\/(problem\+)?json/.test(headers.get('Content-Type') ?? '')) return {};
  try {
    const problem: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof problem === 'object' && problem !== null ? problem : {};
  } catch {
    return {};
  }
}

function hintFor({ code }: Problem, { url, key, keyFile, keyKind }: Connection): string | undefined {
  if (code === undefined) return `Is ${url} really Easel? --url or EASEL_URL names the address.`;
  if (code === 'unauthorized' && keyFile !== undefined) {
    return `The key is from ${keyFile}: is that the data directory of the service at ${url}?`;
  }
  if (code === 'forbidden' && keyKind === 'admin' && !key().startsWith('ak_')) {
    return "An operator's command needs an admin key, which begins with ak_: EASEL_ADMIN_KEY or --key.";
  }
  return undefined;
}
