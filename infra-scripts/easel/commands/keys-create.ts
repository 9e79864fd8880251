/**
 * `easel keys create`: makes a key and prints it, this once, on a line of its own.
 */
import type { KeyAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode, usageFault } from '../faults.ts';
import { ID_SHOWN } from '../key-of.ts';
import { given, needed, REASON } from '../operator-options.ts';
import { harmless } from '../text-width.ts';

const KINDS = ['server', 'storefront', 'admin'];

export const keysCreate: Command = {
  name: 'keys create',
  summary: 'make a key, which is shown this once',
  keyKind: 'admin',
  takes: 'KIND',
  counts: [1, 1],
  options: {
    label: { value: 'text', help: 'what operators call it; needed' },
    shop: { value: 'id', help: 'whose it is (default: default); not for an admin key' },
    scope: { value: 'scope', multiple: true, help: 'what it may do: read, write, manage (default: all of its kind)' },
    origin: {
      value: 'origin',
      multiple: true,
      help: "for a storefront key: some of the shop's origins (default: all)",
    },
    'quota-named': { value: 'n', help: 'pictures a day and shopper in named styles' },
    'quota-custom': { value: 'n', help: 'pictures a day and shopper by own prompts' },
    reason: REASON,
  },
  notes: [
    'KIND is server, storefront or admin. The key is printed on standard output and nothing else is.',
    'When no answer comes, the key may be there all the same: find it with "easel keys list" and revoke it.',
  ],
  examples: [
    'easel keys create server --label "Order desk"',
    'easel keys create storefront --label Theme --shop pets --origin https://pets.example.com',
    'easel keys create admin --label Monitoring --scope read > monitoring.key',
  ],
  run: createKey,
};

async function createKey(call: Call): Promise<ExitCode> {
  const { client, args, options, out, err, json } = call;
  const [kind = ''] = args;
  if (!KINDS.includes(kind)) throw usageFault(`"keys create": expected ${KINDS.join(', ')}, got "${kind}".`);
  const body = given({
    kind,
    label: needed(call, 'label', keysCreate),
    shop: options.text('shop'),
    scopes: listOf(options.texts('scope')),
    origins: listOf(options.texts('origin')),
    quotaPerDay: quotaOf(options),
    reason: options.text('reason'),
  });
  const { key, ...made } = await client.json<KeyAnswer & { key: string }>('POST', '/v1/admin/keys', { body });
  out.line(json ? JSON.stringify({ ...made, key }) : harmless(key));
  err.line(`This is the ${kind} key ${made.id.slice(0, ID_SHOWN)}. It is shown now and never again: keep it safe.`);
  if (kind !== 'storefront') err.line('Whoever has it may use it. It belongs in no page, chat, log or repository.');
  return EXIT.ok;
}

function listOf(values: readonly string[]): readonly string[] | undefined {
  return values.length === 0 ? undefined : [...new Set(values)];
}

function quotaOf(options: Call['options']): object | undefined {
  const quota = given({ named: options.integer('quota-named', 0), custom: options.integer('quota-custom', 0) });
  return Object.keys(quota).length === 0 ? undefined : quota;
}
