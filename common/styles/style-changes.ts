/**
 * What changed of a style, in a sentence for the audit and for those who publish. Of the prompt it tells the length: the
 * words themselves stand in the versions.
 */
import type { StyleContent } from '../styles.ts';
import { CONTENT_FIELDS } from './style-content.ts';

/** Empty when nothing did. `before` is undefined for a new style. */
export function styleChanges(before: StyleContent | undefined, after: StyleContent): string {
  return CONTENT_FIELDS.flatMap(field => {
    if (before?.[field] === after[field]) return [];
    const [was, is] = [before && shown(field, before), shown(field, after)];
    return [was === undefined ? `${field}: ${is}` : `${field}: ${was} → ${is}`];
  }).join('; ');
}

function shown(field: (typeof CONTENT_FIELDS)[number], content: StyleContent): string {
  return field === 'prompt' ? `${[...content.prompt].length} characters` : String(content[field]);
}
