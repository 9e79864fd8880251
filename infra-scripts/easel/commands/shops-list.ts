/**
 * `easel shops list`: the shops with what is most often asked of them.
 */
import type { ShopAnswer } from '../admin-answers.ts';
import type { Call, Command } from '../command.ts';
import { EXIT, type ExitCode } from '../faults.ts';
import { dollars } from '../job-text.ts';
import { PAGE_OPTIONS, printList } from '../list-pages.ts';

export const shopsList: Command = {
  name: 'shops list',
  summary: 'list shops',
  keyKind: 'admin',
  direct: true,
  takes: '',
  counts: [0, 0],
  options: PAGE_OPTIONS,
  notes: ['With --json one line for each shop.'],
  examples: ['easel shops list'],
  run: listShops,
};

async function listShops(call: Call): Promise<ExitCode> {
  await printList<ShopAnswer>(call, {
    path: '/v1/admin/shops',
    member: 'shops',
    columns: [
      { title: 'SHOP', of: ({ id }) => id, paint: call.out.paint.bold },
      { title: 'NAME', of: ({ name }) => name, shrinksTo: 10 },
      { title: 'BUDGET', of: ({ budgetUsdPerDay: usd }) => (usd === undefined ? '' : dollars(usd)), right: true },
      { title: 'SHOPIFY', of: ({ shopify }) => shopify?.domain ?? '', shrinksTo: 10 },
      { title: 'ORIGINS', of: ({ origins }) => origins.join(' '), shrinksTo: 10 },
    ],
    none: 'No shops.',
  });
  return EXIT.ok;
}
