/**
 * The keys: who may call, made here and shown once, revoked for good.
 */
import type { Answer, Key } from './answers.ts';
import { call } from './api.ts';
import { openDialog } from './dialog.ts';
import type { Values } from './fields.ts';
import { html } from './html.ts';
import { usePages } from './lists.ts';
import type { PageProps } from './pages.ts';
import { Copy, Foreign, More, Page, Shown, State, Table, When } from './parts.ts';
import { hrefOf } from './route.ts';

export function KeysPage({ place, session }: PageProps) {
  const { shop } = place.query;
  const list = usePages<Answer<'KeyPage'>>(`keys?limit=50${shop ? `&shop=${encodeURIComponent(shop)}` : ''}`);
  const actions = html`<button type="button" class="primary" onClick=${() => makeKey(shop)}>New key …</button>`;
  return html`<${Page} title="Keys" about="Only their digests are stored: a key is shown when it is made and never again." actions=${actions}>
    ${shop && html`<p>Of the shop <b>${shop}</b>. <a href=${hrefOf(['keys'])}>All keys</a></p>`}
    <${Shown} of=${list}>${(pages: readonly Answer<'KeyPage'>[]) => html`
      <${Table} label="Keys" head=${['Key', 'Kind', 'Shop', 'State', 'Limits', 'Made', '']} rows=${pages.flatMap(({ keys }) => keys).map(key => rowOf(key, session.key.id))} />
      <${More} cursor=${list.cursor} onMore=${list.more} />`}</${Shown}>
  </${Page}>`;
}

function rowOf(key: Key, own: string) {
  const { id, kind, shop, label, ending, createdAt, revokedAt } = key;
  return {
    key: id,
    dim: revokedAt !== undefined,
    cells: [
      html`<${Foreign} text=${label} />${id === own ? html` <span class="tag">yours</span>` : null}<br /><code class="faint">…${ending ?? id.slice(0, 8)}</code>`,
      kind,
      shop ?? '–',
      revokedAt === undefined
        ? html`<${State} of="active" />`
        : html`<${State} of="revoked" /> <${When} at=${revokedAt} />`,
      limitsOf(key),
      html`<${When} at=${createdAt} />`,
      revokedAt === undefined
        ? html`<button type="button" onClick=${() => revoke(key, id === own)}>Revoke …</button>`
        : null,
    ],
  };
}

function limitsOf({ scopes, origins, quotaPerDay }: Key) {
  const parts = [
    ...(scopes ? [scopes.join(', ')] : []),
    ...(origins ? origins : []),
    ...(quotaPerDay?.named === undefined ? [] : [`${quotaPerDay.named} named a day`]),
    ...(quotaPerDay?.custom === undefined ? [] : [`${quotaPerDay.custom} custom a day`]),
  ];
  return parts.length === 0 ? html`<span class="faint">none</span>` : html`<${Foreign} text=${parts.join(' · ')} />`;
}

function revoke({ id, label, ending, kind }: Key, own: boolean): void {
  openDialog({
    title: `Revoke ${label ?? `…${ending}`}?`,
    text: html`${kind === 'storefront' ? 'All sessions that it opened end with it. ' : ''}It is refused everywhere within a minute, for good.${own ? html` <b>You are signed in with this key: you will be signed out.</b>` : ''}`,
    verb: 'Revoke',
    danger: true,
    reason: 'required',
    run: async body => void (await call(`POST keys/${id}/revoke`, { body })),
  });
}

function makeKey(shop = 'default'): void {
  openDialog({
    title: 'New key',
    fields: [
      {
        name: 'kind',
        label: 'For',
        kind: 'choice',
        required: true,
        choices: [
          ['server', "a shop's server (sk_)"],
          ['storefront', 'a page (pk_)'],
          ['admin', 'an operator (ak_)'],
        ],
      },
      {
        name: 'label',
        label: 'Label',
        about: 'Whose it is, so that it can be told from others.',
        required: true,
        max: 80,
      },
      { name: 'shop', label: 'Shop', value: shop, about: 'An admin key belongs to none.' },
      {
        name: 'scopes',
        label: 'May',
        kind: 'choices',
        choices: [
          ['read', 'read'],
          ['write', 'write'],
          ['manage', 'manage (operators only)'],
        ],
        about: 'None checked: all that its kind may.',
      },
      {
        name: 'origins',
        label: 'Origins',
        kind: 'lines',
        about: 'Of a storefront key: some of those that its shop lists, one a line.',
      },
    ],
    verb: 'Make key',
    reason: 'optional',
    run: showKey,
  });
}

async function showKey({ shop, ...values }: Values) {
  const body = values.kind === 'admin' ? values : { ...values, shop };
  const { key } = await call<Answer<'NewKey'>>('POST keys', { body });
  return html`<p>It works already. <b>This is the only time that it is shown:</b></p>
    <p class="secret"><${Copy} text=${key} label="Copy the key" /></p>`;
}
