/**
 * `easel shops create`: a new shop. Its keys are made with `easel keys create`.
 */
import type { ShopAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { needed } from '../operator-options.ts';
import { printShop, SHOP_OPTIONS, shopBody } from '../shop-options.ts';

export const shopsCreate: Command = {
  name: 'shops create',
  summary: 'make a shop',
  keyKind: 'admin',
  takes: 'ID',
  counts: [1, 1],
  options: SHOP_OPTIONS,
  notes: ['ID stays for good: lower-case letters, digits and hyphens. --name is needed.'],
  examples: [
    'easel shops create pets --name "Pet portraits" --origin https://pets.example.com --budget 5',
    'easel shops create pets --name Pets --shopify-domain pets.myshopify.com --shopify-secret-file secret.txt',
  ],
  run: createShop,
};

async function createShop(call: Call): Promise<ExitCode> {
  const [id = ''] = call.args;
  needed(call, 'name', shopsCreate);
  const body = { id, ...(await shopBody(call)) };
  printShop(call, await call.client.json<ShopAnswer>('POST', '/v1/admin/shops', { body }));
  return EXIT.ok;
}
