/**
 * `easel webhooks replay`: sends an event again, whatever became of it before.
 */
import type { DeliveryAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode, usageFault } from '../faults.ts';
import { given, REASON } from '../operator-options.ts';
import { harmless } from '../text-width.ts';

export const webhooksReplay: Command = {
  name: 'webhooks replay',
  summary: 'send an event again',
  keyKind: 'admin',
  takes: 'ID',
  counts: [1, 1],
  options: { reason: REASON },
  notes: [
    'ID is one of "easel webhooks list". It is sent at once, under the same webhook-id, and tried up to ten times again.',
  ],
  examples: ['easel webhooks replay evt_1dsmmw2m8y9c2cbzcnbkehr45d_1 --reason "Their server is back."'],
  run: replayWebhook,
};

async function replayWebhook({ client, args, options, out, json }: Call): Promise<ExitCode> {
  const [id = ''] = args;
  if (!/^evt_[a-z0-9_]{1,64}$/.test(id)) throw usageFault(`"webhooks replay": "${id}" is no event's id.`);
  const body = given({ reason: options.text('reason') });
  const delivery = await client.json<DeliveryAnswer>('POST', `/v1/admin/deliveries/${id}/replay`, { body });
  out.line(json ? JSON.stringify(delivery) : harmless(`${delivery.id}  ${delivery.state}`));
  return EXIT.ok;
}
