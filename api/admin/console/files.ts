/**
 * The files of the console, read and stripped of their types at the first request and kept: its own modules and styles,
 * and those of the packages that it is made with. All of them together have one version, which is part of their
 * addresses, so that a browser keeps them for good and a new deploy never meets old files.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Published, publish } from '../../published.ts';
import { withoutTypes } from '../../web/without-types.ts';

export interface ConsoleFiles {
  readonly version: string;
  readonly byName: ReadonlyMap<string, Published>;
}

const OWN = new URL('./page/', import.meta.url);

/** Bare import → the name under which the package's own file is served. */
export const PACKAGES = {
  preact: 'preact.mjs',
  'preact/hooks': 'hooks.mjs',
  htm: 'htm.mjs',
  uplot: 'uplot.mjs',
} as const;

const PACKAGED: { readonly [name: string]: string } = {
  'preact.mjs': 'preact',
  'hooks.mjs': 'preact/hooks',
  'htm.mjs': 'htm',
  'uplot.mjs': 'uplot/dist/uPlot.esm.js',
  'uplot.css': 'uplot/dist/uPlot.min.css',
};

/** One per process; a failed read is tried again by the next request. */
export function createConsoleFiles(): () => Promise<ConsoleFiles> {
  let read: Promise<ConsoleFiles> | undefined;
  return () => {
    read ??= readAll().catch(error => {
      read = undefined;
      throw error;
    });
    return read;
  };
}

async function readAll(): Promise<ConsoleFiles> {
  const own = (await readdir(OWN)).filter(name => /\.(ts|css)$/.test(name) && !name.endsWith('.d.ts'));
  const paths = [
    ...own.map(name => [name, fileURLToPath(new URL(name, OWN))] as const),
    ...Object.entries(PACKAGED).map(
      ([name, specifier]) => [name, fileURLToPath(import.meta.resolve(specifier))] as const,
    ),
  ];
  const files = await Promise.all(
    paths.sort().map(async ([name, path]) => [name, await publish(() => readForBrowser(path))] as const),
  );
  const digest = createHash('sha256');
  for (const [name, { bytes }] of files) digest.update(`${name} ${bytes.length}\n`).update(bytes);
  return { version: digest.digest('base64url').slice(0, 12), byName: new Map(files) };
}

/** Types are blanked out and nothing else, so that lines and columns in the browser are those of the source. */
async function readForBrowser(path: string): Promise<Buffer> {
  const bytes = await readFile(path);
  return path.endsWith('.ts') ? Buffer.from(await withoutTypes(bytes.toString())) : bytes;
}
