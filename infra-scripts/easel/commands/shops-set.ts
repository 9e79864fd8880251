/**
 * `easel shops set`: changes what is named of a shop, and leaves the rest.
 */
import type { ShopAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode, usageFault } from '../faults.ts';
import { printShop, SHOP_OPTIONS, shopBody, shopPath } from '../shop-options.ts';

export const shopsSet: Command = {
  name: 'shops set',
  summary: 'change a shop',
  keyKind: 'admin',
  takes: 'ID',
  counts: [1, 1],
  options: SHOP_OPTIONS,
  notes: [
    'What is not named stays. "none" takes a value away: --budget none, --origin none, --shopify-domain none.',
    'The origins that are named replace all there were. Changes count everywhere within half a minute.',
  ],
  examples: [
    'easel shops set default --origin https://shop.example.com --origin https://www.shop.example.com',
    'easel shops set default --quota-named 20 --budget none --reason "They pay for more."',
  ],
  run: setShop,
};

async function setShop(call: Call): Promise<ExitCode> {
  const body = await shopBody(call);
  if (Object.keys(body).every(name => name === 'reason')) {
    throw usageFault('"shops set" needs something to set.', '"easel help shops set" lists what there is.');
  }
  printShop(call, await call.client.json<ShopAnswer>('PATCH', shopPath(call), { body }));
  return EXIT.ok;
}
