/**
 * Styles as operators read them: lines for a list, facts about one, and what would change by a publication.
 */
import type { Call } from './command.ts';
import { type Fact, factLines } from './facts.ts';
import { usageFault } from './faults.ts';
import { dollars } from './job-text.ts';
import { tableLines } from './table.ts';
import { harmless } from './text-width.ts';
import { momentText } from './time-text.ts';

export interface StyleContentAnswer {
  readonly label: string;
  readonly description: string;
  readonly prompt: string;
  readonly model: string;
  readonly size: string;
  readonly aspectRatio: string;
  readonly minSidePx: number;
  readonly pool: string;
  readonly drawnBy?: string;
  readonly priceUsd?: number;
  readonly picture?: { readonly widthPx: number; readonly heightPx: number };
  readonly print?: { readonly widthCm: number; readonly heightCm: number };
}

export interface AdminStyleAnswer {
  readonly id: string;
  readonly version: number;
  readonly enabled: boolean;
  readonly revision: number;
  readonly active?: StyleContentAnswer;
  readonly draft?: StyleContentAnswer & { readonly changedAt: string; readonly changedBy: string };
}

export interface StyleVersionAnswer extends StyleContentAnswer {
  readonly version: number;
  readonly publishedAt?: string;
  readonly publishedBy?: string;
  readonly restores?: number;
}

export const STYLES_PATH = '/v1/admin/styles';
/** In the order of forms and files; the prompt last, because it is long. */
export const STYLE_FIELDS = [
  ...(['label', 'description', 'model', 'size', 'aspectRatio', 'minSidePx', 'pool', 'prompt'] as const),
];

/** The style that the first argument names. Throws a usage fault for what could not be part of an address. */
export function stylePath({ args }: Pick<Call, 'args'>): string {
  const [id = ''] = args;
  if (/^[\w-]{1,64}$/.test(id)) return `${STYLES_PATH}/${id}`;
  throw usageFault(`"${id}" is no style's id.`, '"easel styles list" lists them.');
}

/** With the ETag that a change of it is bound to. */
export async function lookAt(call: Call): Promise<{ readonly style: AdminStyleAnswer; readonly ifMatch: string }> {
  const style = await call.client.json<AdminStyleAnswer>('GET', stylePath(call));
  return { style, ifMatch: `"${style.revision}"` };
}

export function listLines(styles: readonly AdminStyleAnswer[], { out }: Pick<Call, 'out'>): string[] {
  const shown = ({ active, draft }: AdminStyleAnswer) => active ?? draft;
  return tableLines<AdminStyleAnswer>(
    [
      { title: 'STYLE', of: ({ id }) => id, paint: out.paint.bold },
      { title: 'SOLD', of: soldText },
      { title: 'DRAFT', of: ({ draft }) => (draft ? 'yes' : '') },
      { title: 'MODEL', of: style => shown(style)?.drawnBy ?? 'none' },
      { title: 'SIZE', of: style => `${shown(style)?.size} ${shown(style)?.aspectRatio}` },
      { title: 'PRINTS', of: style => printText(shown(style)) },
      { title: 'PRICE', of: style => priceText(shown(style)), right: true },
      { title: 'LABEL', of: style => shown(style)?.label ?? '', shrinksTo: 12 },
    ],
    styles,
    { width: out.columns(), paintTitle: out.paint.dim },
  );
}

export function styleLines(style: AdminStyleAnswer, { out, now }: Pick<Call, 'out' | 'now'>): string[] {
  const { id, active, draft } = style;
  const lines = [`${out.paint.bold(harmless(id))}  ${soldText(style)}`];
  if (active) lines.push('', out.paint.dim(`SOLD, VERSION ${style.version}`), ...contentLines(active, { out }));
  if (!draft) return lines;
  const changed = `${momentText(Date.parse(draft.changedAt), now())} by ${harmless(draft.changedBy)}`;
  return [...lines, '', out.paint.dim(`DRAFT, ${changed}`), ...contentLines(draft, { out })];
}

/** Line by line, as a shopper and the model will meet it; empty when nothing would change. */
export function changeLines(
  before: StyleContentAnswer | undefined,
  after: StyleContentAnswer,
  { out }: Pick<Call, 'out'>,
): string[] {
  return STYLE_FIELDS.flatMap(field => {
    const [was, is] = [before === undefined ? '' : String(before[field]), String(after[field])];
    if (was === is) return [];
    const [gone, come] = differing(was, is);
    return [
      out.paint.bold(field),
      ...gone.map(line => out.paint.red(`- ${harmless(line)}`)),
      ...come.map(line => out.paint.green(`+ ${harmless(line)}`)),
    ];
  });
}

export function printStyle(call: Call, style: AdminStyleAnswer): void {
  const lines = call.json ? [JSON.stringify(style, null, 2)] : styleLines(style, call);
  for (const line of lines) call.out.line(line);
}

export function priceText(content: Pick<StyleContentAnswer, 'priceUsd'> | undefined): string {
  return content?.priceUsd === undefined ? 'not known' : dollars(content.priceUsd);
}

function contentLines(content: StyleContentAnswer, { out }: Pick<Call, 'out'>): string[] {
  const facts: Fact[] = [
    ['label', content.label],
    ['description', content.description || 'none'],
    ['model', content.drawnBy === content.model ? content.model : `${content.model} (${content.drawnBy ?? 'none'})`],
    ['size', `${content.size}, ${content.aspectRatio}, prints ${printText(content)} at 300 dpi`],
    ['price', `${priceText(content)} a picture`],
    ['photo', `at least ${content.minSidePx} pixels on the shorter side`],
    ['quota', content.pool],
  ];
  const prompt = content.prompt.split('\n').map(line => `    ${harmless(line)}`.trimEnd());
  return [...factLines(facts, out.paint).map(line => `  ${line}`), `  ${out.paint.dim('prompt')}`, ...prompt];
}

function soldText({ version, enabled }: AdminStyleAnswer): string {
  if (version === 0) return 'not published';
  return `version ${version}${enabled ? '' : ', off'}`;
}

function printText(content: StyleContentAnswer | undefined): string {
  const { picture, print } = content ?? {};
  return picture && print ? `${print.widthCm} × ${print.heightCm} cm` : 'not known';
}

/** The lines of either that the other has not, without the beginning and the end that they share. */
function differing(was: string, is: string): readonly [readonly string[], readonly string[]] {
  const [before, after] = [was === '' ? [] : was.split('\n'), is.split('\n')];
  let start = 0;
  while (start < Math.min(before.length, after.length) && before[start] === after[start]) start++;
  let end = 0;
  const left = Math.min(before.length, after.length) - start;
  while (end < left && before.at(-1 - end) === after.at(-1 - end)) end++;
  return [before.slice(start, before.length - end), after.slice(start, after.length - end)];
}
