/**
 * Requests about persons' data as the command line tells them, and where they are found.
 */
import { usageFault } from './faults.ts';
import { harmless } from './text-width.ts';
import { localText } from './time-text.ts';

export interface PrivacyAnswer {
  readonly id: string;
  readonly kind: string;
  readonly state: string;
  readonly shop: string;
  readonly asked: string;
  readonly createdAt: string;
  readonly doneAt?: string;
  readonly customerId?: string;
  readonly orderIds?: readonly string[];
  readonly jobs: {
    readonly total: number;
    readonly left?: number;
    readonly ofOrders?: number;
    readonly erased?: number;
  };
  readonly links: { readonly export?: string };
}

const FORM = /^prv_[a-z0-9]{26}$/;

/** Throws a usage fault for what is no id of a request. */
export function requestPath(id: string): string {
  if (FORM.test(id)) return `/v1/privacy-requests/${id}`;
  throw usageFault(`"${harmless(id)}" is no id of a request: they look like prv_01m83fz1q3zzctwn61v8nq048z.`);
}

/** One path element, whatever the shop calls its customers. Throws a usage fault for an empty one. */
export function customerPath(customer: string): string {
  if (customer === '') throw usageFault('The customer is named by the id that the shop has for them.');
  return `/v1/customers/${encodeURIComponent(customer)}`;
}

/** How far it is, in words. */
export function progressText({ kind, state, jobs }: PrivacyAnswer): string {
  const { total, left = 0, ofOrders = 0, erased = 0 } = jobs;
  if (kind === 'hand-over') return state === 'open' ? `${total} jobs, to be handed on` : 'handed on';
  if (kind === 'erase-shop') return `${erased} of ${total} jobs erased`;
  const more = ofOrders > 0 ? `, and ${ofOrders} of orders` : '';
  return `${Math.max(0, total - left)} of ${total} jobs erased${more}`;
}

export function requestLines(request: PrivacyAnswer): string[] {
  const { id, kind, state, shop, asked, createdAt, doneAt, customerId, orderIds, links } = request;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['what', kind],
    ['shop', shop],
    ['customer', customerId],
    ['orders', orderIds?.join(' ')],
    ['asked', `${localText(Date.parse(createdAt))} by ${asked}`],
    ['done', doneAt === undefined ? undefined : localText(Date.parse(doneAt))],
    ['progress', progressText(request)],
    ['export', links.export],
  ];
  const lines = rows.flatMap(([name, value]) =>
    value === undefined ? [] : [`  ${name.padEnd(9)} ${harmless(value)}`],
  );
  return [`${id}  ${state}`, ...lines];
}
