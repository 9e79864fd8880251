/**
 * A style as operators see it: what is sold, what is prepared, and what a picture of either costs and prints.
 */
import { rfc3339 } from '../../common/job-face.ts';
import { estimateMicroUsd, type ModelEntry } from '../../common/models.ts';
import { pictureSize, printSize } from '../../common/picture-size.ts';
import { draftDiffers, revisionOf } from '../../common/styles/edit-style.ts';
import { contentOf, entryOf } from '../../common/styles/style-content.ts';
import type { Style, StyleContent, StyleVersion } from '../../common/styles.ts';
import type { Api } from '../api.ts';
import { usdOf } from './fields.ts';

type Catalogued = Pick<Api, 'engine' | 'defaultModel'>;

export function viewStyle(api: Catalogued, style: Style) {
  const { id, version, enabled, order, draft } = style;
  return {
    ...{ id, version, enabled, order, revision: revisionOf(style) },
    active: version === 0 ? undefined : viewContent(api, style),
    draft: draft && {
      ...viewContent(api, draft),
      changedAt: rfc3339(draft.changedAt),
      changedBy: draft.changedBy,
      differs: draftDiffers(style),
    },
  };
}

export function viewVersion(api: Catalogued, kept: StyleVersion) {
  const { version, publishedAt, publishedBy, restores } = kept;
  return {
    version,
    publishedAt: publishedAt === undefined ? undefined : rfc3339(publishedAt),
    publishedBy,
    restores,
    ...viewContent(api, kept),
  };
}

/** All that the model can draw, with the price of one picture and the print that it is enough for. */
export function viewFormats(entry: ModelEntry) {
  return entry.sizes.flatMap(size =>
    entry.aspectRatios.map(aspectRatio => ({ size, aspectRatio, ...formatOf(entry, { size, aspectRatio }) })),
  );
}

function viewContent(api: Catalogued, content: StyleContent) {
  const entry = entryOf({ ...api.engine, defaultModel: api.defaultModel }, content);
  return { ...contentOf(content), ...(entry ? { drawnBy: entry.id, ...formatOf(entry, content) } : {}) };
}

function formatOf(entry: ModelEntry, wish: Pick<StyleContent, 'size' | 'aspectRatio'>) {
  const picture = pictureSize(entry, wish);
  return {
    priceUsd: usdOf(estimateMicroUsd(entry, wish.size)),
    ...(picture ? { picture, print: printSize(picture) } : {}),
  };
}
