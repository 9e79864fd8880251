/**
 * `easel keys revoke`: ends a key for good. Asks first, for whoever uses it is cut off.
 */
import type { KeyAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { ID_SHOWN, keyOf } from '../key-of.ts';
import { makeSure, YES } from '../make-sure.ts';
import { needed, REASON } from '../operator-options.ts';
import { harmless } from '../text-width.ts';

export const keysRevoke: Command = {
  name: 'keys revoke',
  summary: 'end a key for good',
  keyKind: 'admin',
  takes: 'ID',
  counts: [1, 1],
  options: { reason: REASON, yes: YES },
  notes: [
    'ID is the beginning of an id of "easel keys list", and never the key. It takes up to half a minute until every',
    'process of the service refuses the key. The last admin key that may manage stays.',
  ],
  examples: ['easel keys revoke 3f2a9c1b --reason "It stood in a log."'],
  run: revokeKey,
};

async function revokeKey(call: Call): Promise<ExitCode> {
  const { client, args, out, json } = call;
  const [beginning = ''] = args;
  const reason = needed(call, 'reason', keysRevoke);
  const found = await keyOf(call, beginning);
  const shown = harmless(`${found.kind} key ${found.id.slice(0, ID_SHOWN)}${named(found)}`);
  await makeSure(call, {
    question: `Revoke the ${shown} for good?`,
    risk: 'Whoever uses the key is cut off',
    kept: 'Nothing was revoked.',
  });
  const key = await client.json<KeyAnswer>('POST', `/v1/admin/keys/${found.id}/revoke`, { body: { reason } });
  out.line(json ? JSON.stringify(key) : `${key.id.slice(0, ID_SHOWN)}  revoked`);
  return EXIT.ok;
}

function named({ label, ending }: KeyAnswer): string {
  return [label && ` "${label}"`, ending && ` (ends in ${ending})`].filter(Boolean).join('');
}
