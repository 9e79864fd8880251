/**
 * The shops: whose pages may ask, what their shoppers may have, what they may spend.
 */
import type { Answer, Shop } from './answers.ts';
import { call } from './api.ts';
import { openDialog } from './dialog.ts';
import type { Field, Values } from './fields.ts';
import { html } from './html.ts';
import { usePages } from './lists.ts';
import { Copy, Foreign, More, Page, Shown, Table, When } from './parts.ts';
import { hrefOf } from './route.ts';
import { usd } from './words.ts';

export function ShopsPage() {
  const list = usePages<Answer<'ShopPage'>>('shops?limit=50');
  const actions = html`<button type="button" class="primary" onClick=${makeShop}>New shop …</button>`;
  return html`<${Page} title="Shops" actions=${actions}>
    <${Shown} of=${list}>${(pages: readonly Answer<'ShopPage'>[]) => html`
      <${Table} label="Shops" head=${['Shop', 'Origins', 'Own words', 'A day', 'Shopify', 'Webhooks', '']} rows=${pages.flatMap(({ shops }) => shops).map(rowOf)} />
      <${More} cursor=${list.cursor} onMore=${list.more} />`}</${Shown}>
  </${Page}>`;
}

function rowOf(shop: Shop) {
  const { id, name, origins, freePrompts, shopify, webhookSecret, updatedAt } = shop;
  return {
    key: id,
    cells: [
      html`<a href=${hrefOf(['keys'], { shop: id })} title="Its keys">${id}</a><br /><${Foreign} text=${name} /><br /><span class="faint">changed <${When} at=${updatedAt} /></span>`,
      origins.length === 0
        ? html`<span class="faint">none</span>`
        : html`<ul class="plain">${origins.map(origin => html`<li><${Foreign} text=${origin} /></li>`)}</ul>`,
      freePrompts ? 'allowed' : 'no',
      html`<${Limits} shop=${shop} />`,
      shopify ? html`<${Foreign} text=${shopify.domain} />` : '–',
      webhookSecret === 'set' ? 'signed' : 'no secret',
      html`<span class="actions"><button type="button" onClick=${() => changeShop(shop)}>Change …</button>
        <button type="button" onClick=${() => rotate(id)}>New secret …</button></span>`,
    ],
  };
}

function Limits({ shop: { quotaPerDay, budgetUsdPerDay } }: { shop: Shop }) {
  const lines = [
    ...(quotaPerDay?.named === undefined ? [] : [`${quotaPerDay.named} named`]),
    ...(quotaPerDay?.custom === undefined ? [] : [`${quotaPerDay.custom} custom`]),
    ...(budgetUsdPerDay === undefined ? [] : [usd(budgetUsdPerDay)]),
  ];
  return html`<span class=${lines.length === 0 ? 'faint' : ''}>${lines.length === 0 ? 'as the service' : lines.join(', ')}</span>`;
}

function settings(shop?: Shop): readonly Field[] {
  return [
    {
      name: 'origins',
      label: 'Origins',
      kind: 'lines',
      value: shop?.origins.join('\n') ?? '',
      about: 'Where its pages are, one a line, such as https://shop.example',
    },
    {
      name: 'freePrompts',
      label: "Shoppers' own words",
      kind: 'choice',
      required: true,
      value: String(shop?.freePrompts ?? false),
      choices: [
        ['false', 'not taken'],
        ['true', 'taken'],
      ],
    },
    {
      name: 'named',
      label: 'Pictures in named styles a day and shopper',
      kind: 'count',
      value: textOf(shop?.quotaPerDay?.named),
    },
    {
      name: 'custom',
      label: 'Pictures by own words a day and shopper',
      kind: 'count',
      value: textOf(shop?.quotaPerDay?.custom),
    },
    { name: 'budgetUsdPerDay', label: 'Dollars a day', kind: 'usd', value: textOf(shop?.budgetUsdPerDay) },
  ];
}

/** An emptied field of a shop that is there takes the setting away, which the API is told by null. */
function bodyOf(
  { origins, freePrompts, named, custom, budgetUsdPerDay, ...rest }: Values,
  absent: null | undefined,
): object {
  return {
    ...rest,
    origins: origins ?? [],
    freePrompts: freePrompts === 'true',
    quotaPerDay:
      named === undefined && custom === undefined ? absent : { named: named ?? absent, custom: custom ?? absent },
    budgetUsdPerDay: budgetUsdPerDay ?? absent,
  };
}

function makeShop(): void {
  openDialog({
    title: 'New shop',
    fields: [
      { name: 'id', label: 'Id', required: true, about: 'Small letters, figures and hyphens; it stays.' },
      { name: 'name', label: 'Name', required: true, max: 80 },
      ...settings(),
    ],
    verb: 'Make shop',
    reason: 'optional',
    run: async values => void (await call('POST shops', { body: bodyOf(values, undefined) })),
  });
}

function changeShop(shop: Shop): void {
  openDialog({
    title: `Change ${shop.id}`,
    fields: [{ name: 'name', label: 'Name', required: true, max: 80, value: shop.name }, ...settings(shop)],
    verb: 'Change',
    reason: 'optional',
    run: async values => void (await call(`PATCH shops/${shop.id}`, { body: bodyOf(values, null) })),
  });
}

function rotate(id: string): void {
  openDialog({
    title: `A new webhook secret for ${id}?`,
    text: 'The one before signs for another day beside it, so that the shop has time to change over.',
    verb: 'Make secret',
    danger: true,
    reason: 'optional',
    run: async body => {
      const { secret } = await call<Answer<'WebhookSecret'>>(`POST shops/${id}/webhook-secret/rotate`, { body });
      return html`<p><b>This is the only time that it is shown:</b></p><p class="secret"><${Copy} text=${secret} label="Copy the secret" /></p>`;
    },
  });
}

function textOf(figure: number | undefined): string {
  return figure === undefined ? '' : String(figure);
}
