/**
 * Copies of the storage double: `rewriteTo` with its tokens. Cloud Storage finishes a copy within one bucket in one
 * call; with `bytesPerCall` the double takes several, as a copy to another place or class does.
 */
import { badRequest } from './api-fault.ts';
import { type Exchange, numberOf } from './exchange.ts';
import { parseJson } from './multipart.ts';
import type { Conditions, Described, ObjectStore, StoredObject } from './objects.ts';

export interface RewriteProgress {
  readonly done: boolean;
  readonly objectSize: string;
  readonly totalBytesRewritten: string;
  readonly rewriteToken?: string;
  readonly object?: StoredObject;
}

interface Rewrite {
  readonly source: StoredObject;
  readonly to: string;
  /** What the first call said: later ones need not repeat it. */
  readonly described: Described;
  readonly conditions: Conditions;
  readonly written: number;
}

export function createRewrites({ objects, bytesPerCall }: { objects: ObjectStore; bytesPerCall: number }) {
  const underWay = new Map<string, Rewrite>();

  function begin({ from, to }: { from: string; to: string }, { query, body }: Exchange): Rewrite {
    const source = objects.find(from, numberOf(query, 'sourceGeneration'));
    const given = parseJson(body) as Described;
    // An empty description takes over the source's; any other replaces the whole of it.
    const described = Object.keys(given).length > 0 ? given : descriptionOf(source);
    const conditions = { ifGenerationMatch: numberOf(query, 'ifGenerationMatch') };
    return { source, to, described, conditions, written: 0 };
  }

  return {
    advance(names: { from: string; to: string }, exchange: Exchange): RewriteProgress {
      const token = exchange.query.get('rewriteToken');
      const rewrite = token === null ? begin(names, exchange) : underWay.get(token);
      if (!rewrite) throw badRequest('Invalid rewriteToken');
      if (token !== null) underWay.delete(token);
      const objectSize = rewrite.source.bytes.length;
      const written = Math.min(rewrite.written + bytesPerCall, objectSize);
      const progress = { objectSize: String(objectSize), totalBytesRewritten: String(written) };
      if (written < objectSize) {
        const rewriteToken = `token-${rewrite.source.generation}-${written}`;
        underWay.set(rewriteToken, { ...rewrite, written });
        return { done: false, ...progress, rewriteToken };
      }
      const content = { ...rewrite.described, bytes: rewrite.source.bytes };
      return { done: true, ...progress, object: objects.insert(rewrite.to, content, rewrite.conditions) };
    },
  };
}

export type Rewrites = ReturnType<typeof createRewrites>;

function descriptionOf({ contentType, cacheControl, metadata, customTime }: StoredObject): Described {
  return {
    ...(contentType === undefined ? {} : { contentType }),
    ...(cacheControl === undefined ? {} : { cacheControl }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(customTime === undefined ? {} : { customTime }),
  };
}
