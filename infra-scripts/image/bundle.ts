/**
 * Puts the code of a service and of the packages that it loads into two files, for the images: `node bundle.ts api`
 * writes `built/api.cjs`, with what it takes to listen, and `built/api-later.cjs`, with what is loaded by the first call
 * that needs it. Two files load in a fraction of the time of two thousand, and can have a code cache (`boot.cjs`). The
 * sources stay beside them: pages, styles and some packages' own data are still read from where they lie.
 */
import { readFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Loader, type Plugin } from 'esbuild';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** What each service loads at its first call alone; `boot.cjs` finds it in the second file. */
const LATER: { readonly [service: string]: readonly string[] } = {
  api: ['@google-cloud/firestore', '@google-cloud/storage', '@google-cloud/tasks', 'google-gax'],
};
/** 3.7 MB of message classes that the SDK exports and never uses itself: it builds its own from a JSON file. */
const UNUSED = /@google-cloud\/tasks\/build\/(?:esm\/)?protos\/protos\.c?js$/;
const LOADERS: { readonly [extension: string]: Loader } = { ts: 'ts', js: 'js', mjs: 'js', cjs: 'js' };
/** Names of a module's own place; what stands for them comes from `boot.cjs`. */
const PLACES = /import\.meta\.(?:url|resolve|dirname|filename)|\b__(?:dirname|filename)\b/;

const [service = ''] = process.argv.slice(2);
const later = LATER[service];
if (!later) throw new Error(`expected one of ${Object.keys(LATER)}, got "${service}"`);
const common: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node26',
  // A dynamic import becomes a require, which `boot.cjs` answers.
  supported: { 'dynamic-import': false },
  // The SDKs' REST transport and our own errors go by the names of classes.
  keepNames: true,
  plugins: [withoutRest(), withPlaces()],
  logLevel: 'warning',
};
await build({
  ...common,
  entryPoints: [`${ROOT}/${service}/server.ts`],
  outfile: `${ROOT}/built/${service}.cjs`,
  external: [...later],
});
const getters = later.map(name => `get ${JSON.stringify(name)}() { return require(${JSON.stringify(name)}); }`);
await build({
  ...common,
  stdin: { contents: `module.exports = { ${getters.join(', ')} };`, resolveDir: ROOT },
  outfile: `${ROOT}/built/${service}-later.cjs`,
  minifyWhitespace: true,
});

/** Every module goes on to know where it lies, although it lies in the bundle. */
function withPlaces(): Plugin {
  return {
    name: 'places',
    setup(building) {
      building.onLoad({ filter: /\.[cm]?[jt]s$/ }, async ({ path }) => {
        const source = await readFile(path, 'utf8');
        if (!PLACES.test(source)) return undefined;
        return {
          contents: placed(source, relative(ROOT, path)),
          loader: LOADERS[path.split('.').at(-1) ?? ''] ?? 'js',
        };
      });
    },
  };
}

function placed(source: string, path: string): string {
  const folder = JSON.stringify(dirname(path));
  const file = JSON.stringify(path);
  return source
    .replaceAll('import.meta.resolve', '__place.resolve')
    .replaceAll('import.meta.url', `__place.url(${file})`)
    .replaceAll(/import\.meta\.dirname|\b__dirname\b/g, `__place.path(${folder})`)
    .replaceAll(/import\.meta\.filename|\b__filename\b/g, `__place.path(${file})`);
}

/** Leaves out what takes long to load and is never asked for. */
function withoutRest(): Plugin {
  return {
    name: 'without the rest',
    setup(building) {
      building.onLoad({ filter: UNUSED }, () => ({ contents: 'export default {};' }));
      // A type without extensions and charset tells `mime-types` no more than one that is not there.
      building.onLoad({ filter: /mime-db\/db\.json$/ }, async ({ path }) => {
        const types = Object.entries(JSON.parse(await readFile(path, 'utf8')) as { [type: string]: MimeType });
        const asked = types.flatMap(([type, { source, extensions, charset }]) =>
          extensions || charset ? [[type, { source, extensions, charset }]] : [],
        );
        return { contents: JSON.stringify(Object.fromEntries(asked)), loader: 'json' };
      });
      building.onLoad({ filter: /@google-cloud\/firestore-api\/build\/protos\/protos\.json$/ }, async ({ path }) => {
        const described = JSON.parse(await readFile(path, 'utf8')) as Described;
        // Of all that is described here classes are made at the first call, and nobody calls this service.
        delete described.nested.google.nested.firestore.nested.admin;
        return { contents: JSON.stringify(described), loader: 'json' };
      });
    },
  };
}

interface Described {
  readonly nested: { google: { nested: { firestore: { nested: { admin?: unknown } } } } };
}

interface MimeType {
  readonly source?: string;
  readonly extensions?: readonly string[];
  readonly charset?: string;
}
