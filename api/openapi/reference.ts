/**
 * What `/openapi.json` and `/docs` serve, each part made at the first request and kept: the document as text, and the
 * files of the page, which come from a package and are large enough to be worth compressing.
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Published, publish } from '../published.ts';
import { openapiDocument, type Routes } from './document.ts';

export interface Reference {
  /** The OpenAPI document as JSON. Rejects when it is not complete. */
  document(): Promise<Published>;
  /** A file of the page; undefined when it has none of that name. */
  file(name: string): Promise<Published> | undefined;
}

const require = createRequire(import.meta.url);
const own = (path: string) => () => fileURLToPath(new URL(path, import.meta.url));
const packaged = (path: string) => () => require.resolve(path);

const FILES: ReadonlyMap<string, () => string> = new Map([
  ['docs.css', own('./page/docs.css')],
  ['docs.js', own('./page/docs.js')],
  ['swagger-ui.css', packaged('swagger-ui-dist/swagger-ui.css')],
  ['swagger-ui-bundle.js', packaged('swagger-ui-dist/swagger-ui-bundle.js')],
]);

/** `publicUrl`: see `openapiDocument`. */
export function createReference(routes: Routes, options: { publicUrl?: string } = {}): Reference {
  let document: Promise<Published> | undefined;
  const files = new Map<string, Promise<Published>>();
  return {
    document: () => (document ??= publish(async () => Buffer.from(JSON.stringify(openapiDocument(routes, options))))),
    file(name) {
      const path = FILES.get(name);
      if (!path) return undefined;
      const known = files.get(name) ?? publish(() => readFile(path()));
      files.set(name, known);
      return known;
    },
  };
}
