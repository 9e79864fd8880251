/**
 * Looks after a canary for as long as its environment asks: is it healthy, and how many of the requests that it got
 * ended in an error of its own?
 */
import { type Command, gcloud, type Run } from '../command.ts';
import { must, type Tell } from '../converge.ts';
import type { Environment } from '../environment.ts';

export interface Watch {
  readonly env: Environment;
  /** Those of both services. */
  readonly revisions: readonly string[];
  readonly url: string;
  readonly run: Run;
  readonly tell: Tell;
  readonly pause: (ms: number) => Promise<void>;
}

const MINUTE_MS = 60_000;
const READ_MAX = 20_000;
const HEALTH_LIMIT_MS = 10_000;

/** Throws an Error as soon as the canary is worse than it may be. */
export async function watchCanary({ env, revisions, url, run, tell, pause }: Watch): Promise<void> {
  const { canary } = env;
  if (!canary) return;
  for (let minute = 1; minute <= canary.watchMinutes; minute++) {
    await pause(MINUTE_MS);
    await checkHealth(url);
    for (const revision of revisions) {
      const statuses = statusesIn(await must(requestsOf(env, revision), run));
      const errors = statuses.filter(status => status >= 500).length;
      const percent = statuses.length === 0 ? 0 : (100 * errors) / statuses.length;
      tell(`minute ${minute}: ${revision} answered ${statuses.length} requests, ${errors} with an error`);
      if (statuses.length >= canary.requestsMin && percent > canary.errorPercentMax) {
        throw new Error(`${revision} answers ${percent.toFixed(1)} % of its requests with an error`);
      }
    }
  }
}

/** What Cloud Run itself has logged of the requests to a revision since it was made. */
export function requestsOf({ project, canary }: Environment, revision: string): Command {
  const filter = `log_id("run.googleapis.com/requests") AND resource.labels.revision_name="${revision}"`;
  const freshness = `${(canary?.watchMinutes ?? 0) + 5}m`;
  // The filter is a name to gcloud: it stands before the flags.
  const words = ['logging', 'read', filter];
  const { args } = gcloud('', { project, freshness, limit: READ_MAX, format: 'json(httpRequest.status)' });
  return { program: 'gcloud', args: [...words, ...args.filter(arg => arg !== '')] };
}

function statusesIn(text: string): number[] {
  const entries = (text.trim() === '' ? [] : JSON.parse(text)) as { httpRequest?: { status?: number } }[];
  return entries.flatMap(({ httpRequest }) => httpRequest?.status ?? []);
}

async function checkHealth(url: string): Promise<void> {
  for (const path of ['/health', '/ready']) {
    const response = await fetch(url + path, { signal: AbortSignal.timeout(HEALTH_LIMIT_MS) }).catch(() => undefined);
    if (!response?.ok) throw new Error(`${path} of the canary answers ${response?.status ?? 'nothing'}`);
  }
}
