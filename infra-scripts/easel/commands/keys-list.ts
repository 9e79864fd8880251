/**
 * `easel keys list`: all keys, those revoked included. The keys themselves are stored nowhere.
 */
import type { KeyAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { ID_SHOWN } from '../key-of.ts';
import { PAGE_OPTIONS, printList } from '../list-pages.ts';
import { relativeText } from '../time-text.ts';

export const keysList: Command = {
  name: 'keys list',
  summary: 'list keys, newest first',
  keyKind: 'admin',
  direct: true,
  takes: '',
  counts: [0, 0],
  options: { shop: { value: 'id', help: 'only those of this shop' }, ...PAGE_OPTIONS },
  notes: ['With --json one line for each key.'],
  examples: ['easel keys list', "easel keys list --all --json | jq -r 'select(.revokedAt | not) | .label'"],
  run: listKeys,
};

async function listKeys(call: Call): Promise<ExitCode> {
  const { options, out, now } = call;
  const ago = (at: string | undefined) => (at === undefined ? '' : relativeText(Date.parse(at), now()));
  await printList<KeyAnswer>(call, {
    path: '/v1/admin/keys',
    filters: { shop: options.text('shop') },
    member: 'keys',
    isByTime: true,
    columns: [
      { title: 'ID', of: ({ id }) => id.slice(0, ID_SHOWN) },
      { title: 'KIND', of: ({ kind }) => kind },
      { title: 'SHOP', of: ({ shop = '' }) => shop },
      { title: 'LABEL', of: ({ label = '' }) => label, shrinksTo: 10 },
      { title: 'ENDS IN', of: ({ ending = '' }) => ending },
      { title: 'MAY', of: ({ scopes = [] }) => scopes.join(' ') || 'all' },
      { title: 'CREATED', of: ({ createdAt }) => ago(createdAt), right: true },
      { title: 'REVOKED', of: ({ revokedAt }) => ago(revokedAt), right: true, paint: text => out.paint.red(text) },
    ],
    none: 'No keys.',
  });
  return EXIT.ok;
}
