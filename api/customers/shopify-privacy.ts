/**
 * The three messages that Shopify demands of every app: what is held of a customer is wanted, a customer is to be erased,
 * and so is a shop. Source: https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance
 *
 * Neither topic nor domain stand in what is signed, and one app's secret may serve several shops: so the body has to name
 * the shop itself, and one that was signed for another of the three messages is none of this.
 */
import { z } from 'zod';
import type { Engine } from '../../common/engine.ts';
import { ProblemError } from '../../common/errors.ts';
import { sha256 } from '../../common/ids.ts';
import { askErasure } from '../../common/privacy/ask-erasure.ts';
import { askHandOver } from '../../common/privacy/hand-over.ts';

const number = z
  .union([z.string(), z.number()])
  .transform(String)
  .pipe(z.string().regex(/^\d{1,20}$/));
const orders = z.array(number).max(10_000).nullish();
const absent = z.undefined().optional();

const MESSAGES = {
  'customers/data_request': z.object({
    shop_domain: z.string(),
    customer: z.object({ id: number }),
    orders_requested: orders,
    data_request: z.object({ id: number }).nullish(),
    orders_to_redact: absent,
  }),
  'customers/redact': z.object({
    shop_domain: z.string(),
    customer: z.object({ id: number }),
    orders_to_redact: orders,
    ...{ orders_requested: absent, data_request: absent },
  }),
  'shop/redact': z.object({
    shop_domain: z.string(),
    ...{ customer: absent, orders_to_redact: absent, orders_requested: absent, data_request: absent },
  }),
} as const;

type Topic = keyof typeof MESSAGES;
const BY = { actor: 'shopify' };

export function isPrivacyTopic(topic: string): topic is Topic {
  return Object.hasOwn(MESSAGES, topic);
}

export interface PrivacyMessage {
  readonly shop: string;
  readonly domain: string;
  readonly topic: Topic;
  /** `X-Shopify-Webhook-Id`: the same one asks once. */
  readonly id: string;
  readonly body: Buffer;
}

export async function hearPrivacy(engine: Engine, { shop, domain, topic, id, body }: PrivacyMessage): Promise<void> {
  const said: unknown = jsonOf(body);
  // A message without an id is told by what it says.
  const message = id === '' ? sha256(body) : sha256(id);
  if (topic === 'customers/data_request') {
    const { customer, orders_requested, data_request } = read(topic, said, domain);
    const wish = { shop, customer: customer.id, orderIds: orders_requested ?? [], asked: 'shopify' } as const;
    await askHandOver(engine, { ...wish, message: data_request ? `request ${data_request.id}` : message });
  } else if (topic === 'customers/redact') {
    const { customer, orders_to_redact } = read(topic, said, domain);
    const wish = { shop, customer: customer.id, orderIds: orders_to_redact ?? [], asked: 'shopify' } as const;
    await askErasure(engine, { ...wish, message, by: BY });
  } else {
    read(topic, said, domain);
    await askErasure(engine, { shop, asked: 'shopify', message, by: BY });
  }
}

function read<T extends Topic>(topic: T, said: unknown, domain: string): z.output<(typeof MESSAGES)[T]> {
  const parsed = MESSAGES[topic].safeParse(said);
  if (!parsed.success) throw new ProblemError('body_invalid', { detail: `The body is no ${topic} of Shopify.` });
  if (parsed.data.shop_domain !== domain) throw new ProblemError('signature_invalid');
  return parsed.data as z.output<(typeof MESSAGES)[T]>;
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (cause) {
    throw new ProblemError('body_invalid', { detail: 'The body is no JSON.', cause });
  }
}
