/**
 * Bulk actions: what was planned and applied, and a plan from the filters that the jobs page has handed on.
 */
import type { Answer } from './answers.ts';
import { call } from './api.ts';
import { BulkActionPage, keepToken } from './bulk-action.ts';
import { openDialog } from './dialog.ts';
import type { Field } from './fields.ts';
import { html } from './html.ts';
import { filterOf, searchOf } from './job-filters.ts';
import { usePages } from './lists.ts';
import { useLoad } from './load.ts';
import type { PageProps } from './pages.ts';
import { Foreign, More, Page, Shown, State, Table, When } from './parts.ts';
import { go, hrefOf, type Place } from './route.ts';
import { VERBS } from './verbs.ts';
import { count, plural, shortId } from './words.ts';

type Action = Answer<'BulkAction'>;
type Actions = Answer<'BulkPage'>;
type Verb = keyof typeof VERBS;

export function BulkRoute(props: PageProps) {
  return props.place.path[1] === undefined
    ? html`<${BulkPage} ...${props} />`
    : html`<${BulkActionPage} ...${props} />`;
}

function BulkPage({ place, stats }: PageProps) {
  const list = usePages<Actions>('bulk-actions?limit=50', 5_000);
  return html`<${Page} title="Bulk actions" about="First a plan, which freezes which jobs they are and changes none; then, at your word, the jobs one by one.">
    <${Planning} place=${place} models=${stats.value?.models ?? []} />
    <${Shown} of=${list}>${(pages: readonly Actions[]) => html`
      <${Table} label="Bulk actions" head=${['Action', 'State', '#Jobs', '#Done', 'Filter', 'Why', 'By', 'Planned']} rows=${pages.flatMap(({ actions }) => actions).map(rowOf)} empty="Nothing was planned yet. Filter the jobs first, then act on all of them." />
      <${More} cursor=${list.cursor} onMore=${list.more} />`}</${Shown}>
  </${Page}>`;
}

function rowOf({ id, action, state, outdated, plan, progress, filter, reason, actor, frozenAt }: Action) {
  return {
    key: id,
    dim: outdated === true,
    cells: [
      html`<a href=${hrefOf(['bulk', id])}>${action} <code>${shortId(id)}</code></a>`,
      html`<${State} of=${outdated ? 'outdated' : state} />`,
      count(plan.eligible),
      count(progress.done),
      html`<${FilterWords} filter=${filter} />`,
      html`<${Foreign} text=${reason} />`,
      html`<${Foreign} text=${actor} />`,
      html`<${When} at=${frozenAt} />`,
    ],
  };
}

export function FilterWords({ filter }: { filter: { readonly [name: string]: string } }) {
  return html`<${Foreign} text=${Object.entries(filter)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')} />`;
}

/** The filters of the address, counted anew, with what can be done to all of these. */
function Planning({ place, models }: { place: Place; models: readonly Answer<'Model'>[] }) {
  const filter = filterOf(place.query);
  const search = searchOf(place.query);
  const tally = useLoad<Answer<'JobTally'>>(search === '' ? undefined : `GET jobs/counts?${search.slice(1)}`, 0);
  if (Object.keys(filter).length === 0)
    return html`<p><a class="button" href=${hrefOf(['jobs'], { status: 'failed', since: '1h' })}>Find the jobs …</a></p>`;
  return html`<section class="card" aria-labelledby="planning">
    <h2 id="planning">${tally.value ? `${tally.value.complete ? '' : 'More than '}${plural(tally.value.total, 'job')}` : 'Jobs'} with <${FilterWords} filter=${filter} /></h2>
    <p class="actions">
      ${Object.keys(VERBS).map(verb => html`<button type="button" class=${verb === 'retry' ? 'primary' : ''} onClick=${() => plan(verb as Verb, filter, models)}>Plan: ${verb} …</button>`)}
      <a class="button" href=${hrefOf(['jobs'], place.query)}>Other filters …</a>
    </p>
  </section>`;
}

function plan(action: Verb, filter: { readonly [name: string]: string }, models: readonly Answer<'Model'>[]): void {
  const wish: readonly Field[] = [
    {
      name: 'model',
      label: 'Model',
      kind: 'choice',
      choices: [['', 'as before'], ...models.map(({ id }) => [id, id] as const)],
    },
    {
      name: 'force',
      label: 'Guards',
      kind: 'choices',
      choices: [['yes', 'also those that have been retried twice already']],
    },
  ];
  openDialog({
    title: `Plan: ${action}`,
    text: VERBS[action],
    fields: action === 'retry' ? wish : [],
    verb: 'Make the plan',
    reason: 'required',
    run: async ({ reason, model, force }) => {
      const body = { action, filter, reason, ...(model ? { model } : {}), ...(force ? { force: true } : {}) };
      const { id, token } = await call<Answer<'BulkPlanned'>>('POST bulk-actions', { body });
      keepToken(id, token);
      go(['bulk', id]);
      return undefined;
    },
  });
}
