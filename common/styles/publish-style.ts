/**
 * Publication: the draft, or the content of an earlier version, becomes the active one under the next number. The version
 * before is kept in the same transaction, and every submit reads the style anew, so that from the commit on all processes
 * sell the new one; jobs of the old one keep the words that they were submitted with.
 */
import { type Acting, type By, type Outcome, openEntry, record } from '../audit.ts';
import { audit, styles, styleVersions } from '../collections.ts';
import type { Store, Transaction } from '../platform/store.ts';
import type { Style, StyleContent, StyleVersion } from '../styles.ts';
import { type NotChanged, revisionOf, type StyleOrder, styleTarget, whyNotSeen } from './edit-style.ts';
import { styleChanges } from './style-changes.ts';
import { contentOf, type Drawable, isSameContent, unfit } from './style-content.ts';

export type NotPublished = NotChanged | 'no draft' | 'as it is sold' | 'no such version' | 'cannot be drawn';

interface Publication extends StyleOrder {
  /** An earlier version to bring back; absent = the draft. */
  readonly version?: number;
}

export async function publishStyle(
  acting: Acting & Drawable,
  id: string,
  order: Publication,
): Promise<Outcome<Style, NotPublished>> {
  const entry = openEntry(acting);
  return acting.store.transaction(async (tx): Promise<Outcome<Style, NotPublished>> => {
    const before = await tx.get(styles, id);
    // Its own entry is the marker: a commit whose answer was lost published already.
    if (before && (await tx.get(audit, entry.id))) return { document: before };
    const refused = whyNotSeen(before, order);
    if (refused || !before) return { refused: refused ?? 'missing' };
    const content = await contentFor(tx, before, order.version);
    if (typeof content === 'string') return { refused: content };
    if (before.version > 0 && isSameContent(content, before)) return { refused: 'as it is sold' };
    if (unfit(acting, content)) return { refused: 'cannot be drawn' };
    const former = before.version === 0 ? undefined : await tx.get(styleVersions, versionId(id, before.version));

    const document = published(before, content, order.version);
    if (before.version > 0 && !former) tx.set(styleVersions, versionOf(before));
    tx.set(styleVersions, { ...versionOf(document), ...stampOf(acting, order) });
    tx.set(styles, document);
    const detail = detailOf(before, document, order.version);
    record(tx, entry, { ...order.by, action: 'style.publish', target: styleTarget(id), detail });
    return { document };
  });
}

/** Newest first, the active one among them. */
export async function versionsOf(
  { store }: { readonly store: Pick<Store, 'list'> },
  style: Style,
  limit: number,
): Promise<readonly StyleVersion[]> {
  const where = [['style', '==', style.id]] as const;
  const { items } = await store.list({ from: styleVersions, where, orderBy: ['version', 'desc'], limit });
  if (style.version === 0 || items.some(({ version }) => version === style.version)) return items;
  return [versionOf(style), ...items].slice(0, limit);
}

export function versionId(style: string, version: number): string {
  return `${style}@${version}`;
}

async function contentFor(
  tx: Transaction,
  { id, draft }: Style,
  version: number | undefined,
): Promise<StyleContent | 'no draft' | 'no such version'> {
  if (version === undefined) return draft ? contentOf(draft) : 'no draft';
  const kept = await tx.get(styleVersions, versionId(id, version));
  return kept ? contentOf(kept) : 'no such version';
}

/** The first publication also switches it on: nobody prepares a style to keep it. A draft stays when an older one comes back. */
function published(before: Style, content: StyleContent, restores: number | undefined): Style {
  const { draft, ...rest } = before;
  return {
    ...rest,
    ...content,
    ...(restores !== undefined && draft ? { draft } : {}),
    version: before.version + 1,
    enabled: before.version === 0 ? true : before.enabled,
    revision: revisionOf(before) + 1,
  };
}

function versionOf(style: Style): StyleVersion {
  const { id, version } = style;
  return { id: versionId(id, version), style: id, version, ...contentOf(style) };
}

function stampOf({ clock }: Acting, { by, version }: { readonly by: By; readonly version?: number }) {
  const stamp = { publishedAt: clock.now(), publishedBy: by.actor };
  return version === undefined ? stamp : { ...stamp, restores: version };
}

function detailOf(before: Style, after: Style, restores: number | undefined): string {
  const what =
    restores === undefined ? `version ${after.version}` : `version ${after.version}, which is ${restores} again`;
  return [what, styleChanges(before.version === 0 ? undefined : before, after)].join(': ');
}
