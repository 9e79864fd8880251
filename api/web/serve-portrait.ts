/**
 * GET /easel-portrait.js, the component for themes, with the pictures that it shows, and GET /, the page that shows it to
 * whoever has just started Easel. Component and pictures are the same for everybody and no secret.
 */
import { readFile } from 'node:fs/promises';
import type { Context } from 'koa';
import { ProblemError } from '../../common/errors.ts';
import { type Published, publish, sendPublished } from '../published.ts';
import { browserModule } from './browser-module.ts';
import { type DemoPage, demoPageHtml, demoPagePolicy } from './demo-page.ts';
import { EXAMPLES } from './portrait/examples.ts';

/** A page takes a new version within so long of a deploy. */
const MODULE_MAX_AGE_S = 300;
const PICTURE_MAX_AGE_S = 86_400;

export interface PortraitFiles {
  readonly module: () => Promise<Published>;
  /** One of the files beside it; undefined when there is none of that name. */
  readonly file: (name: string) => Promise<Published> | undefined;
}

interface Serving {
  readonly portraitFiles: PortraitFiles;
  readonly demoPage?: DemoPage | undefined;
}

const FILES: ReadonlyMap<string, string> = new Map([
  ['page.css', './demo-page/page.css'],
  ['page.js', './demo-page/page.js'],
  ...['photo.jpg', ...EXAMPLES.map(style => `${style}.webp`)].map(
    name => [name, `./portrait/examples/${name}`] as const,
  ),
]);

/** Each is made at the first request and kept. */
export function createPortraitFiles(): PortraitFiles {
  const made = new Map<string, Promise<Published>>();
  const once = (name: string, read: () => Promise<Buffer>) => {
    const known = made.get(name) ?? publish(read);
    made.set(name, known);
    return known;
  };
  const entry = new URL('./portrait/easel-portrait.ts', import.meta.url);
  return {
    module: () => once('', async () => Buffer.from(await browserModule(entry))),
    file(name) {
      const path = FILES.get(name);
      return path === undefined ? undefined : once(name, () => readFile(new URL(path, import.meta.url)));
    },
  };
}

export async function getPortrait({ portraitFiles }: Serving, ctx: Context): Promise<void> {
  sendPublished(ctx, await portraitFiles.module(), { type: 'js', maxAgeS: MODULE_MAX_AGE_S });
}

export async function getPortraitFile({ portraitFiles }: Serving, ctx: Context): Promise<void> {
  const name = String((ctx as Context & { params: Record<string, string> }).params.file);
  const file = portraitFiles.file(name);
  if (!file) throw new ProblemError('route_not_found');
  // Themes of other origins show these pictures.
  ctx.set('Cross-Origin-Resource-Policy', 'cross-origin');
  const maxAgeS = name.startsWith('page.') ? MODULE_MAX_AGE_S : PICTURE_MAX_AGE_S;
  sendPublished(ctx, await file, { type: name.slice(name.lastIndexOf('.')), maxAgeS });
}

export async function getDemoPage({ demoPage }: Serving, ctx: Context): Promise<void> {
  if (!demoPage) throw new ProblemError('route_not_found');
  ctx.set({ 'Cache-Control': 'private, no-cache', 'Content-Security-Policy': demoPagePolicy(demoPage) });
  ctx.vary('Accept-Language');
  ctx.type = 'html';
  ctx.body = demoPageHtml(demoPage, ctx.acceptsLanguages('en', 'de') === 'de' ? 'de' : 'en');
}
