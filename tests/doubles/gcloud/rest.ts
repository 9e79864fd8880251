/** The REST calls of the tools: a POST makes what a later GET of the same place shows. */
import type { Request } from './request.ts';
import { CloudError } from './state.ts';

export function answerRest(args: readonly string[], { state, textOf }: Pick<Request, 'state' | 'textOf'>): unknown {
  const url = args.at(-1) ?? '';
  const method = /--request=(\w+)/.exec(args.join(' '))?.[1];
  const file = args.find(word => word.startsWith('--data=@'))?.slice('--data=@'.length);
  const body = file === undefined ? {} : (JSON.parse(textOf(file)) as object);
  if (/firebaserules.*\/releases\//.test(url)) {
    state.need('rules');
    return { rulesetName: 'projects/p/rulesets/r' };
  }
  if (/firebaserules.*\/rulesets\//.test(url)) return { source: { files: [{ content: state.need('rules') }] } };
  if (url.endsWith(':addFirebase')) return state.make('firebase', body);
  if (url.endsWith(':initializeAuth')) return state.make('sign-in', body);
  if (/firebase\.googleapis/.test(url)) return state.need('firebase');
  if (/identitytoolkit/.test(url)) return state.need('sign-in');
  const counted = /databases\/([^/]+)\/documents:runAggregationQuery$/.exec(url)?.[1];
  if (counted !== undefined) {
    state.need(`firestore databases ${counted}`);
    const runs = { integerValue: String(state.get<number>(`runs in ${counted}`) ?? 0) };
    return [{ result: { aggregateFields: { runs } } }];
  }
  const [path = '', query = ''] = url.split('?');
  if (method === 'GET') return state.get(`rest ${path}`) ?? missing(url);
  if (method === 'DELETE') return state.drop(`rest ${path}`);
  const id = /[?&](?:service_id|service_level_objective_id|serviceLevelObjectiveId|serviceId)=([^&]+)/.exec(
    `?${query}`,
  )?.[1];
  const place = id === undefined ? path : `${path}/${id}`;
  state.put(`rest ${place}`, { ...body, name: place });
  return body;
}

function missing(url: string): never {
  throw new CloudError(`The requested URL returned error: 404 ${url}`);
}
