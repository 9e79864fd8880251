/**
 * GET /admin: the console, one page that asks the operators' routes like any other client. The page itself bears no
 * secret and is for anyone; what it shows needs a sign-in. Its policy lets it run its own files and nothing else, and
 * show pictures from the bucket.
 */
import { createHash } from 'node:crypto';
import type { Context } from 'koa';
import { ProblemError } from '../../../common/errors.ts';
import type { Api } from '../../api.ts';
import { urlExpiry } from '../../job-view.ts';
import { sendPublished } from '../../published.ts';
import { type ConsoleFiles, PACKAGES } from './files.ts';

const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M8 1v2M3 3h10v7H3zM5 10l-2 5M11 10l2 5' fill='none' stroke='%232b7a78' stroke-width='1.5'/%3E%3C/svg%3E";
/** Later ones may overrule earlier ones. */
const STYLE_SHEETS = [
  'uplot.css',
  'console.css',
  'frame.css',
  'parts.css',
  'tables.css',
  'forms.css',
  'pages.css',
  'styles.css',
  'phone.css',
];
const YEAR_S = 31_536_000;

export async function getConsole(api: Api, ctx: Context): Promise<void> {
  if (ctx.path.endsWith('/')) return ctx.redirect('../admin');
  const files = await api.consoleFiles();
  const imports = importMap(files);
  ctx.set({
    'Cache-Control': 'no-store',
    'Content-Security-Policy': policy(imports, await pictureOrigin(api)),
    'X-Frame-Options': 'DENY',
    'Cross-Origin-Opener-Policy': 'same-origin',
  });
  ctx.type = 'html';
  ctx.body = page(files, imports);
}

export async function getConsoleFile({ consoleFiles }: Api, ctx: Context): Promise<void> {
  const { version: asked, file: name = '' } = (ctx as Context & { params: Record<string, string> }).params;
  const { version, byName } = await consoleFiles();
  const file = byName.get(name);
  if (!file) throw new ProblemError('route_not_found');
  // While a deploy goes on, a page of one version may be given files of another: it works, and nobody keeps them.
  const immutable = asked === version;
  sendPublished(ctx, file, {
    type: name.endsWith('.css') ? '.css' : '.js',
    maxAgeS: immutable ? YEAR_S : 0,
    immutable,
  });
}

/** Addresses are relative, so that the page also works below a path of a proxy. */
function page({ version, byName }: ConsoleFiles, imports: string): string {
  const modules = [...byName.keys()].filter(name => !name.endsWith('.css'));
  const sheets = STYLE_SHEETS.map(name => `<link rel="stylesheet" href="admin/${version}/${name}">`);
  const preloads = modules.map(name => `<link rel="modulepreload" href="admin/${version}/${name}">`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>Easel console</title>
<link rel="icon" href="${ICON}">
${sheets.join('\n')}
<script type="importmap">${imports}</script>
${preloads.join('\n')}
<script type="module" src="admin/${version}/main.ts"></script>
</head>
<body>
<div id="console"><noscript>The console needs JavaScript; the command line (easel help) does not.</noscript></div>
</body>
</html>
`;
}

function importMap({ version }: ConsoleFiles): string {
  const imports = Object.entries(PACKAGES).map(([specifier, name]) => [specifier, `./admin/${version}/${name}`]);
  return JSON.stringify({ imports: Object.fromEntries(imports) });
}

/**
 * No text ever becomes a script: neither as markup (`trusted-types 'none'` makes browsers refuse the very attempt) nor
 * inline, except for the import map, which is named by its digest.
 */
function policy(imports: string, pictures: string): string {
  const digest = createHash('sha256').update(imports).digest('base64');
  return [
    "default-src 'none'",
    `script-src 'self' 'sha256-${digest}'`,
    "style-src 'self'",
    `img-src 'self' data: ${pictures}`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

/** Where signed addresses of pictures lead: on google the bucket's host. Without an answer pictures are not shown. */
async function pictureOrigin(api: Api): Promise<string> {
  try {
    return new URL(await api.engine.bucket.signedReadUrl('cache/none', { expiresAt: urlExpiry(api) })).origin;
  } catch (error) {
    api.engine.log.warn('the console shows no pictures: their address is not known', { error });
    return '';
  }
}
