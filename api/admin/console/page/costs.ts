/**
 * What a month has cost: each day as a bar, and a table by style, model, shop or tier, which a spreadsheet takes too.
 */
import type { Answer } from './answers.ts';
import { HourChart, type Scale } from './chart.ts';
import { html } from './html.ts';
import { useLoad } from './load.ts';
import type { PageProps } from './pages.ts';
import { Page, Shown, Table } from './parts.ts';
import { type Place, replace } from './route.ts';
import { count, percent, plural, usd } from './words.ts';

type Costs = Answer<'Costs'>;

const REFRESH_MS = 60_000;
const MONTHS_BACK = 13;
const BY: readonly (readonly [by: string, title: string])[] = [
  ['style', 'Style'],
  ['model', 'Model'],
  ['shop', 'Shop'],
  ['tier', 'Tier'],
  ['day', 'Day'],
];

export function CostsPage({ place }: PageProps) {
  const { month = thisMonth(), by = 'style' } = place.query;
  const query = (of: string) => `costs?month=${encodeURIComponent(month)}&by=${encodeURIComponent(of)}`;
  const days = useLoad<Costs>(`GET ${query('day')}`, REFRESH_MS);
  const table = useLoad<Costs>(`GET ${query(by)}`, REFRESH_MS);
  const csv = html`<a class="button" href=${`v1/admin/${query(by)}&format=csv`} download>Download as CSV</a>`;
  return html`<${Page} title="Costs" about="What calls of the models have cost, on the day (UTC) they began." actions=${csv}>
    <${Choices} place=${place} month=${month} by=${by} />
    <${Shown} of=${days}>${(seen: Costs) => html`
      <${Tiles} costs=${seen} />
      <${Days} costs=${seen} month=${month} />`}</${Shown}>
    <${Shown} of=${table}>${(seen: Costs) => html`<${Rows} costs=${seen} />`}</${Shown}>
  </${Page}>`;
}

/** They stand in the address, as filters do. */
function Choices({ place, month, by }: { place: Place; month: string; by: string }) {
  const set = (name: string) => (event: Event) =>
    replace(place.path, { ...place.query, [name]: (event.currentTarget as HTMLSelectElement).value });
  const months = monthsBack();
  return html`<form class="filters" onSubmit=${(event: Event) => event.preventDefault()}>
    <span class="filter"><label for="costs-month">Month</label>
      <select id="costs-month" onChange=${set('month')}>
        ${(months.includes(month) ? months : [month, ...months]).map(one => html`<option value=${one} selected=${one === month}>${one}</option>`)}
      </select></span>
    <span class="filter"><label for="costs-by">By</label>
      <select id="costs-by" onChange=${set('by')}>
        ${BY.map(([key, title]) => html`<option value=${key} selected=${key === by}>${title.toLowerCase()}</option>`)}
      </select></span>
  </form>`;
}

function Tiles({ costs: { total, forecast, today } }: { costs: Costs }) {
  const left = today.picturesLeft;
  return html`<ul class="tiles">
    <${Tile} name="Spent" figure=${usd(total.spentUsd)}>${total.possiblyUsd === 0 ? 'all of it billed' : `${usd(total.possiblyUsd)} of it perhaps not billed`}</${Tile}>
    <${Tile} name="Pictures drawn" figure=${count(total.pictures)}>in ${plural(total.attempts, 'attempt')}</${Tile}>
    <${Tile} name="Price each" figure=${total.priceEachUsd === null ? '–' : usd(total.priceEachUsd)}>all attempts included</${Tile}>
    <${Tile} name="There already" figure=${percent(total.reused, total.pictures + total.reused)}>${count(total.reused)} delivered for nothing</${Tile}>
    ${
      forecast &&
      html`<${Tile} name="Forecast" figure=${usd(forecast.usd)}>until ${forecast.until}, at ${usd(forecast.perDayUsd)} a day</${Tile}>`
    }
    <${Tile} name="Room today" figure=${left ? count(left.customer) : '–'}>${left ? `pictures; ${count(left.anonymous)} of strangers, ${count(left.bulk)} in batches` : 'pictures cost nothing'}</${Tile}>
  </ul>`;
}

function Tile({ name, figure, children }: { name: string; figure: string; children?: unknown }) {
  return html`<li class="card tile"><span class="name">${name}</span><b>${figure}</b><span class="faint">${children as string}</span></li>`;
}

/** The part that may not have been billed stands on top. */
function Days({ costs: { rows }, month }: { costs: Costs; month: string }) {
  if (rows.length === 0) return html`<p class="empty">This month has not begun.</p>`;
  const scale: Scale = {
    stepS: 86_400,
    whole: month,
    one: at => at.slice(0, 'YYYY-MM-DD'.length),
    tick: at => String(Number(at.slice('YYYY-MM-'.length, 'YYYY-MM-DD'.length))),
    amount: usd,
    steps: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000],
    inUtc: true,
  };
  return html`<div class="charts"><${HourChart} title="Spent" hours=${rows.map(({ key }) => `${key}T00:00:00.000Z`)} scale=${scale} stacks=${[
    { label: 'billed', tone: 'chart-busy', values: rows.map(({ spentUsd, possiblyUsd }) => spentUsd - possiblyUsd) },
    { label: 'perhaps not', tone: 'chart-odd', values: rows.map(({ possiblyUsd }) => possiblyUsd) },
  ]} /></div>`;
}

function Rows({ costs: { by, rows, total } }: { costs: Costs }) {
  const title = BY.find(([key]) => key === by)?.[1] ?? by;
  const shown = rows.filter(row => row.attempts + row.pictures + row.reused > 0);
  const cells = (name: string, row: Costs['total']) => [
    name,
    usd(row.spentUsd),
    row.possiblyUsd === 0 ? '–' : usd(row.possiblyUsd),
    count(row.pictures),
    row.priceEachUsd === null ? '–' : usd(row.priceEachUsd),
    row.reusedShare === null ? '–' : `${Math.round(100 * row.reusedShare)} %`,
    count(row.attempts),
  ];
  return html`<section aria-labelledby="costs-rows"><h2 id="costs-rows">By ${title.toLowerCase()}</h2>
    <${Table} label="Costs" empty="Nothing was drawn in this month." head=${[title, '#Spent', '#Perhaps', '#Pictures', '#Each', '#There already', '#Attempts']}
      rows=${[
        ...shown.map(({ key, ...row }) => ({ key, cells: cells(key, row) })),
        ...(shown.length > 1 ? [{ key: 'in all', cells: cells('In all', total) }] : []),
      ]} />
  </section>`;
}

/** In UTC, as the service counts. */
function thisMonth(): string {
  return new Date().toISOString().slice(0, 'YYYY-MM'.length);
}

/** A year and a little, the newest first. */
function monthsBack(): readonly string[] {
  const now = new Date();
  return Array.from({ length: MONTHS_BACK }, (_, back) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1)).toISOString().slice(0, 'YYYY-MM'.length),
  );
}
