/**
 * `easel shops show`: everything that is set of a shop. Of its Shopify secret that is whether there is one.
 */
import type { ShopAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { printShop, shopPath } from '../shop-options.ts';

export const shopsShow: Command = {
  name: 'shops show',
  summary: 'show a shop',
  keyKind: 'admin',
  direct: true,
  takes: 'ID',
  counts: [1, 1],
  options: {},
  examples: ['easel shops show default', "easel shops show default --json | jq -r '.origins[]'"],
  run: showShop,
};

async function showShop(call: Call): Promise<ExitCode> {
  printShop(call, await call.client.json<ShopAnswer>('GET', shopPath(call)));
  return EXIT.ok;
}
