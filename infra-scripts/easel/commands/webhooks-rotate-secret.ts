/**
 * `easel webhooks rotate-secret`: makes a new secret for a shop's webhooks and prints it, this once, on a line of its own.
 */
import type { WebhookSecretAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { makeSure, YES } from '../make-sure.ts';
import { given, REASON } from '../operator-options.ts';
import { shopPath } from '../shop-options.ts';
import { harmless } from '../text-width.ts';
import { localText } from '../time-text.ts';

export const webhooksRotateSecret: Command = {
  name: 'webhooks rotate-secret',
  summary: "make a new secret for a shop's webhooks, which is shown this once",
  keyKind: 'admin',
  takes: 'SHOP',
  counts: [1, 1],
  options: { reason: REASON, yes: YES },
  notes: [
    'The secret is printed on standard output and nothing else is. The one before signs too for a day: give the new one to',
    'the receiver meanwhile. The one before that ends at once.',
  ],
  examples: ['easel webhooks rotate-secret default --reason "A yearly change." > webhook.secret'],
  run: rotateSecret,
};

async function rotateSecret(call: Call): Promise<ExitCode> {
  const { client, options, out, err, json } = call;
  const path = shopPath(call);
  await makeSure(call, {
    question: 'Make a new secret?',
    risk: 'A receiver that does not learn of the new secret within a day refuses what it is told',
    kept: 'The secret stays.',
  });
  const body = given({ reason: options.text('reason') });
  const made = await client.json<WebhookSecretAnswer>('POST', `${path}/webhook-secret/rotate`, { body });
  out.line(json ? JSON.stringify(made) : harmless(made.secret));
  const { previousUntil } = made;
  if (previousUntil !== undefined) err.line(`The one before signs until ${localText(Date.parse(previousUntil))}.`);
  err.line('It is shown now and never again: keep it where the receiver runs.');
  return EXIT.ok;
}
