/**
 * GET /openapi.json, for programs, and GET /docs, the same for people: Swagger UI from our own address, under a policy
 * that lets the page load, run and call nothing else.
 */
import type { Context } from 'koa';
import { ProblemError } from '../../common/errors.ts';
import { sendPublished } from '../published.ts';
import type { Reference } from './reference.ts';

interface Referring {
  readonly reference: Reference;
}

/** `blob:` shows the picture that a tried-out call has fetched. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Addresses are relative, so that the page also works below a path of a proxy. */
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Easel API</title>
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath d='M8 1v2M3 3h10v7H3zM5 10l-2 5M11 10l2 5' fill='none' stroke='%23356' stroke-width='1.5'/%3E%3C/svg%3E">
<link rel="stylesheet" href="docs/swagger-ui.css">
<link rel="stylesheet" href="docs/docs.css">
</head>
<body>
<div id="reference"><noscript>This page needs JavaScript; <a href="openapi.json">openapi.json</a> does not.</noscript></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/docs.js"></script>
</body>
</html>
`;

export async function getOpenapi({ reference }: Referring, ctx: Context): Promise<void> {
  sendPublished(ctx, await reference.document(), { type: 'json', maxAgeS: 300 });
}

export async function getDocs(_: unknown, ctx: Context): Promise<void> {
  if (ctx.path.endsWith('/')) return ctx.redirect('../docs');
  ctx.set({ 'Cache-Control': 'public, max-age=300', 'Content-Security-Policy': POLICY });
  ctx.type = 'html';
  ctx.body = PAGE;
}

export async function getDocsFile({ reference }: Referring, ctx: Context): Promise<void> {
  const name = String((ctx as Context & { params: Record<string, string> }).params.file);
  const file = reference.file(name);
  if (!file) throw new ProblemError('route_not_found');
  sendPublished(ctx, await file, { type: name.slice(name.lastIndexOf('.')), maxAgeS: 3_600 });
}
