/**
 * Makes one JavaScript module for browsers out of a TypeScript module of ours and those that it imports: one request on
 * a phone, and nothing to build beforehand. It knows the forms of import and export that our modules use, and refuses
 * every other one.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { withoutTypes } from './without-types.ts';

interface Part {
  readonly code: string;
  /** Names, and for each what it stands for within the part. */
  readonly exported: ReadonlyMap<string, string>;
}

const IMPORT = /^import \{([^}]*)\} from '([^']*)';$/gm;
const REEXPORT = /^export \{([^}]*)\} from '([^']*)';$/gm;
const EXPORT = /^export (?=(?:async )?function\*? (\w+)|const (\w+)|class (\w+))/gm;

/** `entry` is a file URL. Throws for an import or export in another form, and for modules that import each other. */
export async function browserModule(entry: URL): Promise<string> {
  const parts = new Map<string, Part>();
  await collect(entry, parts, []);
  const names = [...parts.keys()];
  const bodies = [...parts].map(([url, { code, exported }]) => {
    const members = [...exported].map(([name, value]) => `${name}: ${value}`).join(', ');
    const whole = `const part${names.indexOf(url)} = (() => {\n${code}\nreturn { ${members} };\n})();`;
    return whole.replaceAll(/'(file:[^']*)'/g, (text, imported: string) =>
      parts.has(imported) ? `part${names.indexOf(imported)}` : text,
    );
  });
  const exported = [...(parts.get(entry.href)?.exported.keys() ?? [])].join(', ');
  return `${[...bodies, `export const { ${exported} } = part${names.indexOf(entry.href)};`].join('\n')}\n`;
}

/** Adds a module after all that it imports, in which the addresses of these are quoted. */
async function collect(url: URL, parts: Map<string, Part>, importers: readonly string[]): Promise<void> {
  if (parts.has(url.href)) return;
  if (importers.includes(url.href)) throw new Error(`${url.href} imports itself by way of others`);
  const source = withoutComments(await withoutTypes(await readFile(fileURLToPath(url), 'utf8')));
  const imported = [...source.matchAll(IMPORT), ...source.matchAll(REEXPORT)].map(([, , path = '']) =>
    addressOf(path, url),
  );
  for (const one of imported) await collect(one, parts, [...importers, url.href]);
  parts.set(url.href, linkable(source, url));
}

function linkable(source: string, url: URL): Part {
  const exported = new Map<string, string>();
  const quoted = (path: string) => `'${addressOf(path, url).href}'`;
  const code = source
    .replaceAll(
      IMPORT,
      (_, names: string, path: string) => `const {${names.replaceAll(' as ', ': ')}} = ${quoted(path)};`,
    )
    .replaceAll(REEXPORT, (_, names: string, path: string) => {
      for (const name of names.split(','))
        if (name.trim() !== '') exported.set(name.trim(), `${quoted(path)}.${name.trim()}`);
      return '';
    })
    .replaceAll(EXPORT, (_, ...[made, constant, thing]: string[]) => {
      const name = made ?? constant ?? thing ?? '';
      exported.set(name, name);
      return '';
    });
  const strange = /^(?:import|export)\b.*/m.exec(code);
  if (strange) throw new Error(`${url.href} has what cannot be put into one module: ${strange[0]}`);
  return { code, exported };
}

/** A module of ours, or one of a package that is a single file. */
function addressOf(path: string, importer: URL): URL {
  return new URL(path.startsWith('.') ? new URL(path, importer) : import.meta.resolve(path));
}

/** Comments that stand on lines of their own, and what is left of types. Code is touched nowhere else. */
function withoutComments(code: string): string {
  return code
    .replaceAll(/^ *\/\*\*?[\s\S]*?\*\/ *\n/gm, '')
    .replaceAll(/^ *\/\/.*\n/gm, '')
    .replaceAll(/ +$/gm, '')
    .replaceAll(/\n{2,}/g, '\n')
    .trim();
}
