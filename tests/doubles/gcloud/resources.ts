/**
 * What the double makes of each command of gcloud: the first pattern that fits answers. A describe prints the form that
 * the tools compare, so a wrong flag in a create shows as a difference at the next look.
 */
import { MONITORING_HANDLERS } from './monitoring.ts';
import { lastWord, type Request } from './request.ts';
import { RUN_HANDLERS } from './run.ts';
import { CloudError } from './state.ts';

export type Handler = readonly [pattern: RegExp, answer: (request: Request) => unknown];
type Shape = (request: Request) => object;

export const HANDLERS: readonly Handler[] = [
  ...RUN_HANDLERS,
  ...MONITORING_HANDLERS,
  [/^auth print-(access|identity)-token$/, () => 'ya29.token\n'],
  [/^services list$/, ({ state }) => (state.get<string[]>('apis') ?? []).map(name => ({ config: { name } }))],
  [/^services enable /, ({ state, words }) => state.put('apis', words.split(' ').slice(2))],
  [/ get-iam-policy /, request => policyOf(request)],
  [/ add-iam-policy-binding /, addBinding],
  [/^secrets versions add /, addVersion],
  [/^secrets versions list /, ({ state, words }) => versionsOf(state, lastWord({ words })).map(() => ({ name: 'v' }))],
  [
    /^secrets versions access latest$/,
    ({ state, flags }) => versionsOf(state, flags.secret ?? '').at(-1) ?? missing(`secret ${flags.secret}`),
  ],
  [/^firestore indexes composite list$/, ({ state }) => state.get('indexes') ?? []],
  ...kept('artifacts repositories', () => ({})),
  [
    /^artifacts repositories set-cleanup-policies /,
    ({ state, words, flags, textOf }) => {
      const rules = JSON.parse(textOf(flags.policy ?? '')) as { name: string }[];
      const cleanupPolicies = Object.fromEntries(rules.map(rule => [rule.name, rule]));
      state.put(`artifacts repositories ${lastWord({ words })}`, { cleanupPolicies });
    },
  ],
  [
    /^iam service-accounts create /,
    ({ state, words, flags }) =>
      state.make(`iam service-accounts ${lastWord({ words })}@${flags.project}.iam.gserviceaccount.com`, {}),
  ],
  ...kept('iam service-accounts', () => ({})),
  ...kept('iam roles', ({ flags, textOf }) => JSON.parse(textOf(flags.file ?? '')) as object),
  ...kept('iam workload-identity-pools providers', ({ flags }) => ({
    attributeCondition: flags['attribute-condition'],
  })),
  ...kept('iam workload-identity-pools', () => ({})),
  ...kept('secrets', () => ({})),
  [
    /^firestore backups schedules create$/,
    ({ state, flags }) => {
      const days = Number(flags.retention?.replace('d', ''));
      const there = state.get<object[]>('schedules') ?? [];
      state.put('schedules', [...there, { dailyRecurrence: {}, retention: `${days * 86_400}s` }]);
    },
  ],
  [/^firestore backups schedules list$/, ({ state }) => state.get('schedules') ?? []],
  [/^firestore backups list$/, ({ state }) => state.get('backups') ?? []],
  [
    /^firestore databases restore$/,
    ({ state, flags }) => state.make(`firestore databases ${flags['destination-database']}`, {}),
  ],
  [/^storage rm /, ({ state, words }) => state.drop(`storage buckets ${lastWord({ words })}`)],
  ...kept(
    'firestore databases',
    ({ flags }) => ({ locationId: flags.location, type: 'FIRESTORE_NATIVE' }),
    ({ flags }) => flags.database,
  ),
  ...kept('storage buckets', bucketShape),
  ...kept('tasks queues', queueShape),
  ...kept('run services', () => ({})),
  ...kept('scheduler jobs', ({ flags }) => ({ schedule: flags.schedule, httpTarget: { uri: flags.uri } })),
];

/** create, update, describe and delete of a group whose things are no more than a name and a shape. */
function kept(group: string, shape: Shape, idOf: (request: Request) => string | undefined = lastWord): Handler[] {
  const name = (request: Request) => `${group} ${idOf(request)}`;
  return [
    [
      new RegExp(`^${group} create`),
      request => request.state.make(name(request), { ...shape(request), name: idOf(request) }),
    ],
    [
      new RegExp(`^${group} update`),
      request => request.state.put(name(request), { ...request.state.need<object>(name(request)), ...shape(request) }),
    ],
    [new RegExp(`^${group} describe`), request => request.state.need(name(request))],
    [new RegExp(`^${group} delete`), request => request.state.drop(name(request))],
  ];
}

function bucketShape({ flags, textOf }: Request): object {
  const file = (flag: string) => JSON.parse(textOf(flags[flag] ?? '')) as unknown;
  return {
    ...(flags['lifecycle-file'] ? { lifecycle: file('lifecycle-file') } : {}),
    ...(flags['cors-file'] ? { cors: file('cors-file') } : {}),
    ...(flags.versioning ? { versioning: { enabled: true } } : {}),
    iamConfiguration: {
      uniformBucketLevelAccess: { enabled: flags['uniform-bucket-level-access'] === 'true' },
      publicAccessPrevention: flags['public-access-prevention'] ? 'enforced' : 'inherited',
    },
    softDeletePolicy: { retentionDurationSeconds: flags['soft-delete-duration'] ?? '604800' },
  };
}

function queueShape({ flags }: Request): object {
  return {
    rateLimits: {
      maxConcurrentDispatches: Number(flags['max-concurrent-dispatches']),
      maxDispatchesPerSecond: Number(flags['max-dispatches-per-second']),
    },
    retryConfig: { maxAttempts: flags['max-attempts'] === 'unlimited' ? -1 : Number(flags['max-attempts']) },
  };
}

interface Policy {
  readonly bindings: { readonly role: string; readonly members: string[] }[];
}

/** The thing itself has to be there; the project always is. */
function policyOf({ state, words }: Request): Policy {
  const name = words.replace(/ (get|add)-iam-policy(-binding)?/, '');
  if (!name.startsWith('projects ')) state.need(name);
  return state.get<Policy>(`policy of ${name}`) ?? { bindings: [] };
}

function addBinding(request: Request): void {
  const { state, words, flags } = request;
  const { role = '', member = '' } = flags;
  const [, who] = /^serviceAccount:(.+)$/.exec(member) ?? [];
  if (who !== undefined) state.need(`iam service-accounts ${who}`);
  const bindings = policyOf(request).bindings.filter(binding => binding.role !== role);
  const old = policyOf(request).bindings.find(binding => binding.role === role)?.members ?? [];
  const name = words.replace(' add-iam-policy-binding', '');
  state.put(`policy of ${name}`, { bindings: [...bindings, { role, members: [...old, member] }] });
}

function addVersion({ state, words, input }: Request): void {
  const id = lastWord({ words });
  state.need(`secrets ${id}`);
  if (input === '') throw new CloudError('INVALID_ARGUMENT: the value is empty');
  state.put(`versions of ${id}`, [...versionsOf(state, id), input]);
}

function versionsOf(state: Request['state'], id: string): string[] {
  return state.get<string[]>(`versions of ${id}`) ?? [];
}

function missing(what: string): never {
  throw new CloudError(`NOT_FOUND: ${what}`);
}
