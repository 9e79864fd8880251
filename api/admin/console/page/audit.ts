/**
 * What operators did, here and on the command line: who, what, to what, and why.
 */
import type { Answer, AuditEntry } from './answers.ts';
import { ACTIONS } from './choices.ts';
import { Filters } from './filters.ts';
import { html } from './html.ts';
import { usePages } from './lists.ts';
import type { PageProps } from './pages.ts';
import { Foreign, More, Page, Shown, Table, When } from './parts.ts';
import { hrefOf, queryOf } from './route.ts';

export function AuditPage({ place }: PageProps) {
  const list = usePages<Answer<'AuditPage'>>(
    `audit?limit=50${queryOf(place.query, [place.query.action ? 'action' : 'target'])}`,
  );
  return html`<${Page} title="Audit" about="Entries are only added, and kept for 400 days.">
    <${Filters} place=${place} filters=${[
      { name: 'action', label: 'Action', choices: ACTIONS },
      ...(place.query.action ? [] : [{ name: 'target', label: 'Target', placeholder: 'queues/bulk', search: true }]),
    ]} />
    <${Shown} of=${list}>${(pages: readonly Answer<'AuditPage'>[]) => html`
      <${Table} label="Audit entries" head=${['When', 'Who', 'Did', 'To', 'Why', 'Detail']} rows=${pages.flatMap(({ entries }) => entries).map(rowOf)} />
      <${More} cursor=${list.cursor} onMore=${list.more} />`}</${Shown}>
  </${Page}>`;
}

function rowOf({ id, at, actor, action, target, reason, detail }: AuditEntry) {
  return {
    key: id,
    cells: [
      html`<${When} at=${at} />`,
      html`<${Foreign} text=${actor} />`,
      action,
      html`<a href=${hrefOf(['audit'], { target })}>${target.length > 40 ? `${target.slice(0, 20)}…` : target}</a>`,
      html`<${Foreign} text=${reason} />`,
      html`<${Foreign} text=${detail} />`,
    ],
  };
}
