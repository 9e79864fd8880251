/**
 * Who gets the requests of a service: read, and moved from one revision to another.
 */
import { type Command, gcloud, type Run } from '../command.ts';
import { type Found, lookAt, must } from '../converge.ts';
import type { Environment } from '../environment.ts';
import type { ServiceName } from './images.ts';
import { CANARY, serviceId, type Traffic } from './service.ts';

interface ServedTraffic extends Traffic {
  readonly url?: string;
}

export interface Served {
  /** The revision that gets all requests, or most of them. */
  readonly stable: string;
  /** Where the tagged revision is reached without any traffic of its own. */
  readonly canaryUrl?: string;
  readonly url: string;
}

export function describeService({ project, region }: Environment, service: ServiceName): Command {
  return gcloud(`run services describe ${serviceId(service)}`, { project, region, format: 'json' });
}

/** Undefined before the first deploy. */
export async function servedBy(env: Environment, service: ServiceName, run: Run): Promise<Served | undefined> {
  const found = await lookAt(describeService(env, service), run);
  return found === undefined ? undefined : servedIn(found);
}

function servedIn(found: Found): Served | undefined {
  const { status } = found as { status?: { url?: string; traffic?: ServedTraffic[] } };
  const traffic = status?.traffic ?? [];
  const stable = traffic.toSorted((one, other) => (other.percent ?? 0) - (one.percent ?? 0))[0];
  if (!stable?.percent) return undefined;
  const canaryUrl = traffic.find(({ tag }) => tag === CANARY)?.url;
  return { stable: stable.revisionName, url: status?.url ?? '', ...(canaryUrl === undefined ? {} : { canaryUrl }) };
}

export type Shares = { readonly [revision: string]: number };

/** A tag stays where it is; it goes with `untag`. */
export function moveTraffic(env: Environment, service: ServiceName, shares: Shares): Command {
  const { project, region } = env;
  const to = Object.entries(shares).map(([revision, percent]) => `${revision}=${percent}`);
  return gcloud(`run services update-traffic ${serviceId(service)}`, { project, region, 'to-revisions': to.join() });
}

export function untag({ project, region }: Environment, service: ServiceName): Command {
  return gcloud(`run services update-traffic ${serviceId(service)}`, { project, region, 'remove-tags': CANARY });
}

export function listRevisions({ project, region }: Environment, service: ServiceName): Command {
  return gcloud('run revisions list', {
    ...{ project, region, service: serviceId(service), 'sort-by': '~metadata.creationTimestamp' },
    format: 'json(metadata.name,status.conditions)',
  });
}

/** Back to an earlier revision: the newest before the one that serves now, or the one that was asked for. */
export async function rollBack(
  env: Environment,
  { service, run, wanted }: { service: ServiceName; run: Run; wanted?: string },
): Promise<string> {
  const served = await servedBy(env, service, run);
  if (!served) throw new Error(`The ${service} was never deployed`);
  const names = (JSON.parse(await must(listRevisions(env, service), run)) as { metadata: { name: string } }[]).map(
    ({ metadata }) => metadata.name,
  );
  const target = wanted === undefined ? names[names.indexOf(served.stable) + 1] : pick(names, service, wanted);
  if (target === undefined) throw new Error(`The ${service} has no revision ${wanted ?? `before ${served.stable}`}`);
  await must(moveTraffic(env, service, { [target]: 100 }), run);
  return target;
}

/** A revision of the other service stands for its version. Of one version there may be several settings: the newest. */
function pick(names: readonly string[], service: ServiceName, wanted: string): string | undefined {
  if (names.includes(wanted)) return wanted;
  const version = wanted.replace(/^easel-(api|worker)-(.+)-[0-9a-f]{6}$/, '$2');
  return names.find(name => name.startsWith(`${serviceId(service)}-${version}`));
}
