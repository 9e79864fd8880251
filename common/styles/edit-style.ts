/**
 * What operators do to a style before anybody is sold it: make one, write its draft, give the draft up; and switch the
 * style off and on. Each is bound to the style as it was seen, so that two who edit at once do not lose each other's words.
 */
import { type Acting, type By, change, type Outcome, openEntry, record } from '../audit.ts';
import { audit, styles } from '../collections.ts';
import type { Style, StyleContent, StyleDraft } from '../styles.ts';
import { styleChanges } from './style-changes.ts';
import { contentOf, type Drawable, entryOf, isRetired, isSameContent, STYLES_MAX, unfit } from './style-content.ts';

/** Whom a change is done for, and how the style was when they decided; without `ifRevision` it may have changed. */
export interface StyleOrder {
  readonly by: By;
  readonly ifRevision?: number;
}

export type StyleUnfit = { readonly unfit: keyof StyleContent; readonly why: string };
export type NotChanged = 'missing' | 'changed';
/** The document, or why it was left alone: a word, or a field of the content that will not do. */
export type Edited<R extends string> = Outcome<Style, R> | StyleUnfit;

/** Between two of the list there is room for more. */
const ORDER_STEP = 10;

export function revisionOf({ revision = 0 }: Pick<Style, 'revision'>): number {
  return revision;
}

/** A style with a draft alone. It is sold from its first publication on. */
export async function createStyle(
  acting: Acting & Drawable,
  { id, content }: { readonly id: string; readonly content: StyleContent },
  by: By,
): Promise<Edited<'exists' | 'too many'>> {
  const why = whyNot(acting, content);
  if (why) return why;
  return change<Style, 'exists' | 'too many'>(acting, { from: styles, id, by }, async (before, tx) => {
    if (before) return { refused: 'exists' };
    const { items } = await tx.list({ from: styles, limit: STYLES_MAX });
    if (items.length >= STYLES_MAX) return { refused: 'too many' };
    const last = Math.max(0, ...items.map(({ order }) => order));
    const sold = { version: 0, enabled: false, order: last + ORDER_STEP, revision: 1 };
    const document = { id, ...contentOf(content), ...sold, draft: draftOf(acting, content, by) };
    return {
      document,
      did: { action: 'style.create', target: styleTarget(id), detail: styleChanges(undefined, content) },
    };
  });
}

/** Writes the draft: what is named of it changes, all else stays as in the draft, or as it is sold. */
export async function editStyle(
  acting: Acting & Drawable,
  id: string,
  { wish, ...order }: StyleOrder & { readonly wish: Partial<StyleContent> },
): Promise<Edited<NotChanged>> {
  let why: StyleUnfit | undefined;
  const outcome = await change<Style, NotChanged | 'unfit'>(
    acting,
    { from: styles, id, by: order.by },
    async before => {
      const refused = whyNotSeen(before, order);
      if (refused || !before) return { refused: refused ?? 'missing' };
      const base = before.draft ?? before;
      const content = { ...contentOf(base), ...wish };
      why = whyNot(acting, content, base);
      if (why) return { refused: 'unfit' };
      const detail = styleChanges(base, content);
      if (detail === '') return { document: before };
      const document = { ...before, draft: draftOf(acting, content, order.by), revision: revisionOf(before) + 1 };
      return { document, did: { action: 'style.edit', target: styleTarget(id), detail } };
    },
  );
  if ('document' in outcome) return outcome;
  return outcome.refused === 'unfit' ? (why as StyleUnfit) : { refused: outcome.refused };
}

/** Where there is no draft nothing is done. */
export async function discardDraft(
  acting: Acting,
  id: string,
  order: StyleOrder,
): Promise<Outcome<Style, NotChanged | 'never published'>> {
  return change<Style, NotChanged | 'never published'>(acting, { from: styles, id, by: order.by }, async before => {
    const refused = whyNotSeen(before, order);
    if (refused || !before) return { refused: refused ?? 'missing' };
    if (!before.draft) return { document: before };
    if (before.version === 0) return { refused: 'never published' };
    const { draft: _, ...rest } = before;
    const document = { ...rest, revision: revisionOf(before) + 1 };
    return { document, did: { action: 'style.discard', target: styleTarget(id) } };
  });
}

/** Only what nobody was ever sold: jobs and orders name the others. */
export async function removeStyle(
  acting: Acting,
  id: string,
  order: StyleOrder,
): Promise<'removed' | NotChanged | 'published'> {
  const entry = openEntry(acting);
  return acting.store.transaction(async tx => {
    const before = await tx.get(styles, id);
    if (await tx.get(audit, entry.id)) return 'removed';
    const refused = whyNotSeen(before, order);
    if (refused || !before) return refused ?? 'missing';
    if (before.version > 0) return 'published';
    tx.delete(styles, id);
    record(tx, entry, { ...order.by, action: 'style.remove', target: styleTarget(id) });
    return 'removed';
  });
}

/** A style that is off is not listed and not drawn; what was submitted before goes on. */
export async function switchStyle(
  acting: Acting,
  id: string,
  { enabled, ...order }: StyleOrder & { readonly enabled: boolean },
): Promise<Outcome<Style, NotChanged | 'never published'>> {
  return change<Style, NotChanged | 'never published'>(acting, { from: styles, id, by: order.by }, async before => {
    const refused = whyNotSeen(before, order);
    if (refused || !before) return { refused: refused ?? 'missing' };
    if (before.enabled === enabled) return { document: before };
    if (before.version === 0) return { refused: 'never published' };
    const document = { ...before, enabled, revision: revisionOf(before) + 1 };
    return { document, did: { action: enabled ? 'style.on' : 'style.off', target: styleTarget(id) } };
  });
}

export function styleTarget(id: string): string {
  return `styles/${id}`;
}

/** Why a change is not to be made of the style as it is; undefined when it may. */
export function whyNotSeen(before: Style | undefined, { ifRevision }: StyleOrder): NotChanged | undefined {
  if (!before) return 'missing';
  return ifRevision !== undefined && ifRevision !== revisionOf(before) ? 'changed' : undefined;
}

/** `base` is what it was made of: a model that it has already may be one that the provider has given up since. */
function whyNot(acting: Acting & Drawable, content: StyleContent, base?: StyleContent): StyleUnfit | undefined {
  const obstacle = unfit(acting, content);
  if (obstacle) return { unfit: obstacle.field, why: obstacle.why };
  const entry = entryOf(acting, content);
  if (!entry || base?.model === content.model || !isRetired(entry, acting.clock.now())) return undefined;
  return { unfit: 'model', why: `the provider serves ${entry.id} no longer, since ${entry.retiresOn}` };
}

function draftOf({ clock }: Acting, content: StyleContent, { actor }: By): StyleDraft {
  return { ...contentOf(content), changedAt: clock.now(), changedBy: actor };
}

/** Whether the draft would change anything that is sold. */
export function draftDiffers(style: Style): boolean {
  return style.draft !== undefined && (style.version === 0 || !isSameContent(style.draft, style));
}
