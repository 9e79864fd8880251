/**
 * Cloud Run as the deploy sees it: services with revisions, shares of the traffic and tags. Where a service or its canary
 * can be reached is said by the test, in `url of …`. Images are in the registry once they were pushed.
 */
import { parse } from 'yaml';
import { lastWord, type Request } from './request.ts';
import type { Handler } from './resources.ts';
import { CloudError } from './state.ts';

interface Share {
  readonly revisionName: string;
  readonly percent: number;
  readonly tag?: string;
}

interface Service {
  readonly revisions: readonly string[];
  readonly traffic: readonly Share[];
}

interface ServiceFile {
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly template: { readonly metadata: { readonly name: string } };
    readonly traffic: readonly Share[];
  };
}

export const RUN_HANDLERS: readonly Handler[] = [
  [/^run services replace /, replace],
  [/^run services describe /, describe],
  [/^run services update-traffic /, updateTraffic],
  [
    /^run revisions list$/,
    ({ state, flags }) =>
      state.need<Service>(`run services ${flags.service}`).revisions.map(name => ({ metadata: { name } })),
  ],
  [/^logging read /, () => []],
  [/^auth configure-docker /, () => ''],
  [/^artifacts docker images describe /, ({ state, words }) => state.need(`image ${lastWord({ words })}`)],
];

export function pushImage(args: readonly string[], state: Request['state']): void {
  if (args[0] !== 'push') return;
  state.put(`image ${args[1]}`, { image_summary: { digest: `sha256:${Buffer.from(args[1] ?? '').toString('hex')}` } });
}

function replace({ state, words, textOf }: Request): void {
  const { metadata, spec } = parse(textOf(lastWord({ words }))) as ServiceFile;
  const name = `run services ${metadata.name}`;
  const revision = spec.template.metadata.name;
  const revisions = state.get<Service>(name)?.revisions ?? [];
  const unknown = spec.traffic.find(share => ![...revisions, revision].includes(share.revisionName));
  if (unknown) throw new CloudError(`FAILED_PRECONDITION: Revision ${unknown.revisionName} does not serve`);
  checkSum(spec.traffic);
  state.put(name, { revisions: [...new Set([revision, ...revisions])], traffic: spec.traffic });
}

function describe({ state, words }: Request) {
  const id = lastWord({ words });
  const { traffic } = state.need<Service>(`run services ${id}`);
  const url = state.get<string>(`url of ${id}`) ?? `https://${id}.example`;
  const shown = traffic.map(share =>
    share.tag === undefined ? share : { ...share, url: state.get<string>(`url of ${share.tag} of ${id}`) ?? url },
  );
  return { status: { url, traffic: shown } };
}

function updateTraffic({ state, words, flags }: Request): void {
  const name = `run services ${lastWord({ words })}`;
  const service = state.need<Service>(name);
  const removed = flags['remove-tags'];
  const tagOf = (revision: string) => {
    const tag = service.traffic.find(share => share.revisionName === revision && share.tag !== undefined)?.tag;
    return tag === undefined || tag === removed ? {} : { tag };
  };
  if (removed !== undefined && !service.traffic.some(({ tag }) => tag === removed)) {
    throw new CloudError(`NOT_FOUND: no tag ${removed}`);
  }
  const wanted = flags['to-revisions']?.split(',').map(text => text.split('=') as [string, string]);
  const shares = wanted
    ? wanted.map(([revisionName, percent]) => ({ revisionName, percent: Number(percent) }))
    : service.traffic.filter(({ percent }) => percent > 0).map(({ tag: _, ...share }) => share);
  for (const { revisionName } of shares) {
    if (!service.revisions.includes(revisionName)) throw new CloudError(`NOT_FOUND: ${revisionName}`);
  }
  checkSum(shares);
  const tagged = service.traffic.filter(({ tag, revisionName }) => {
    return tag !== undefined && tag !== removed && !shares.some(share => share.revisionName === revisionName);
  });
  const traffic = [
    ...shares.map(share => ({ ...share, ...tagOf(share.revisionName) })),
    ...tagged.map(share => ({ ...share, percent: 0 })),
  ];
  state.put(name, { ...service, traffic });
}

function checkSum(traffic: readonly Share[]): void {
  const sum = traffic.reduce((total, { percent }) => total + percent, 0);
  if (sum !== 100) throw new CloudError(`INVALID_ARGUMENT: the traffic adds up to ${sum} percent`);
}
