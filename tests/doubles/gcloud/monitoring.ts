/**
 * Cloud Monitoring and Logging as the tools see them: what is made from a file is listed by its name or label, and names
 * of policies and channels are given by the server.
 */
import { lastWord, type Request } from './request.ts';
import type { Handler } from './resources.ts';

interface Named {
  readonly name: string;
  readonly displayName?: string;
  readonly userLabels?: { readonly easel?: string };
}

export const MONITORING_HANDLERS: readonly Handler[] = [
  [
    /^logging metrics create /,
    request => request.state.make(`metric ${lastWord(request)}`, body(request, 'config-from-file')),
  ],
  [
    /^logging metrics update /,
    request => request.state.put(`metric ${lastWord(request)}`, body(request, 'config-from-file')),
  ],
  [/^logging metrics describe /, request => request.state.need(`metric ${lastWord(request)}`)],
  [/^logging write /, () => ''],
  ...listed('alpha monitoring policies', 'policies', request => body(request, 'policy-from-file')),
  ...listed('beta monitoring channels', 'channels', request => body(request, 'channel-content-from-file')),
  ...listed('monitoring dashboards', 'dashboards', request => body(request, 'config-from-file')),
  ...listed('monitoring uptime', 'checks', request => ({ displayName: lastWord(request) })),
];

function listed(group: string, kind: string, shape: (request: Request) => object): Handler[] {
  return [
    [
      new RegExp(`^${group} create`),
      request => {
        const { state } = request;
        const name = `projects/p/${kind}/${state.names(`${kind} `).length + 1}`;
        state.make(`${kind} ${name}`, { ...shape(request), name });
      },
    ],
    [
      new RegExp(`^${group} list`),
      ({ state, flags }) => {
        const [, field, value] = /^([\w.]+)="(.*)"$/.exec(flags.filter ?? '') ?? [];
        const all = state.names(`${kind} `).map(name => state.need<Named>(name));
        return all.filter(one => (field === 'displayName' ? one.displayName : one.userLabels?.easel) === value);
      },
    ],
  ];
}

function body({ flags, textOf, input }: Request, flag: string): object {
  const path = flags[flag] ?? '';
  return JSON.parse(path === '-' ? input : textOf(path)) as object;
}
