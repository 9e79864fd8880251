/**
 * `easel customers erase`: everything of a customer goes, for good. Asks first, and then waits for the end of it, which
 * comes whether somebody waits or not.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { makeSure, YES } from '../make-sure.ts';
import { given, queryText, REASON } from '../operator-options.ts';
import { customerPath, type PrivacyAnswer, progressText, requestLines, requestPath } from '../privacy-text.ts';
import { harmless } from '../text-width.ts';

const LOOK_MS = 1_000;

export const customersErase: Command = {
  name: 'customers erase',
  summary: 'erase everything of a customer for good',
  keyKind: 'admin',
  takes: 'CUSTOMER',
  counts: [1, 1],
  options: {
    shop: { value: 'id', help: 'whose customer it is (default: default)' },
    reason: REASON,
    'no-wait': { help: 'do not wait for the end' },
    yes: YES,
  },
  notes: [
    'CUSTOMER is the id that the shop has for them; at Shopify the number of the customer. What is being drawn is given up,',
    'sessions end, and until it is done nothing new of this customer is taken in. Ctrl-C ends the waiting alone.',
  ],
  examples: ['easel customers erase 7 --reason "She wrote to us."', 'easel customers erase --shop cats 7 --yes'],
  run: eraseCustomer,
};

async function eraseCustomer(call: Call): Promise<ExitCode> {
  const { client, args, options, out, err, json, signal } = call;
  const [customer = ''] = args;
  const path = customerPath(customer);
  const shop = options.text('shop');
  await makeSure(call, {
    question: `Erase everything of customer ${harmless(customer)} of the shop ${harmless(shop ?? 'default')} for good?`,
    risk: 'Erasing cannot be undone',
    kept: 'Nothing was erased.',
  });
  const body = given({ reason: options.text('reason') });
  let request = await client.json<PrivacyAnswer>('DELETE', `${path}${queryText({ shop })}`, { body });
  for (let shown = ''; request.state === 'running' && !options.flag('no-wait'); ) {
    const text = progressText(request);
    if (text !== shown && !json) err.line(text);
    shown = text;
    await pause(LOOK_MS, undefined, { signal });
    request = await client.json<PrivacyAnswer>('GET', requestPath(request.id));
  }
  for (const line of json ? [JSON.stringify(request)] : requestLines(request)) out.line(line);
  return EXIT.ok;
}
