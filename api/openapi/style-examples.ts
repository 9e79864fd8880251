/**
 * Requests and answers of the operators' routes about styles, as examples; part of `admin-examples.ts`.
 */
import { DEFAULT_MODEL } from '../../common/models.ts';

const newStyleRequest = {
  id: 'linocut',
  label: 'Linocut',
  description: 'Bold and plain: two colours, cut with a knife.',
  prompt:
    'Turn the attached photo into a linocut in two colours: bold shapes, no grey, the marks of the knife visible.',
  reason: 'For the spring sale.',
};

const { reason: _, id, ...words } = newStyleRequest;
const drawing = { model: 'default', size: '1K', aspectRatio: '4:5', minSidePx: 256, pool: 'named' };
const format = {
  priceUsd: 0.03413,
  picture: { widthPx: 928, heightPx: 1_152 },
  print: { widthCm: 7.9, heightCm: 9.8, widthIn: 3.1, heightIn: 3.8 },
};
const active = { ...words, ...drawing, drawnBy: DEFAULT_MODEL, ...format };
const changed = { changedAt: '2026-11-23T06:02:18.355Z', changedBy: '3f2a9c1b Console', differs: true };
const made = { id, version: 0, enabled: false, order: 60, revision: 1, draft: { ...active, ...changed } };
const published = { id, version: 1, enabled: true, order: 60, revision: 2, active };
const tryFields = { of: 'draft', confirmUsd: 0.03413, variation: 0 };

export const STYLE_EXAMPLES = {
  newStyleRequest,
  draftRequest: { description: 'Bold and plain, in two colours.', reason: 'Shorter.' },
  switchRequest: { enabled: false, reason: 'Its pictures are too dark.' },
  publishRequest: { reason: 'Tried on twelve photos.' },
  restoreRequest: { version: 1, reason: 'Version 2 loses the whiskers.' },
  styleReasonRequest: { reason: 'Not after all.' },
  styleOrderRequest: {
    ids: ['linocut', 'ink-wash', 'pen-and-marker', 'post-impressionist', 'fine-art-bw', 'charcoal'],
  },
  tryRequest: { ...tryFields, image: { data: '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgGBgcGBQgHBwcJCQgKDBQN' } },
  madeStyle: made,
  publishedStyle: published,
  styleOff: { ...published, enabled: false, revision: 3 },
  editedStyle: {
    ...published,
    revision: 3,
    draft: { ...active, description: 'Bold and plain, in two colours.', ...changed },
  },
  adminStyleList: { styles: [published] },
  styleVersionList: {
    versions: [{ version: 1, publishedAt: '2026-11-23T06:12:18.355Z', publishedBy: '3f2a9c1b Console', ...active }],
  },
  formatList: {
    models: [{ id: DEFAULT_MODEL, default: true, formats: [{ size: '1K', aspectRatio: '4:5', ...format }] }],
  },
} as const;
