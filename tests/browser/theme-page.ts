/**
 * A shop's own page, on another origin than the service: plain HTML under a strict policy, with the component in it. It
 * also stands in for Shopify's App Proxy, signing the call that opens a customer's session as Shopify documents it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { CONNECTION, signedQuery } from '../doubles/app-proxy.ts';
import { closeServer, listen } from '../doubles/tasks/listen.ts';
import type { Service } from '../service.ts';

export interface ThemePage {
  readonly url: string;
  /** How often a session was asked for through the proxy. */
  proxied(): number;
  /** What was put into the cart, by the form's own names. */
  carts(): readonly { readonly [name: string]: string }[];
  close(): Promise<void>;
}

export interface ThemeOptions {
  /** What stands in the page beside the component's module. */
  readonly body: (key: string, api: string) => string;
  /** Origins of the policy beside the service: of pictures and of what is asked. */
  readonly others?: readonly string[];
  /** A module of the theme's own, at /theme.js. */
  readonly script?: string;
  /** Who is logged in at the shop. */
  readonly customer?: string;
}

/** The origin is listed at the service, and the shop connected, before it resolves. */
export async function openTheme(service: Service, options: ThemeOptions): Promise<ThemePage> {
  const { storefront, admin } = await service.keys();
  const api = service.url();
  let proxied = 0;
  const carts: { readonly [name: string]: string }[] = [];

  const page = () => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/theme.css">
<script type="module" src="${api}/easel-portrait.js"></script>${options.script ? '<script type="module" src="/theme.js"></script>' : ''}
</head><body><main><h1>Portraits</h1>${options.body(storefront, api)}</main></body></html>`;

  const policy = () => {
    const theirs = [api, ...(options.others ?? [])].join(' ');
    return `default-src 'none'; script-src 'self' ${api}; style-src 'self'; form-action 'self'; img-src ${theirs}; connect-src 'self' ${theirs}`;
  };
  const proxy = async (response: ServerResponse) => {
    proxied++;
    const now = Math.floor(Date.now() / 1_000) * 1_000;
    const query = signedQuery({ now, changed: { logged_in_customer_id: options.customer ?? '' } });
    const answer = await fetch(`${api}/v1/sessions${query}`, { method: 'POST' });
    response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(await answer.text());
  };
  const addToCart = async (request: IncomingMessage, response: ServerResponse) => {
    carts.push(Object.fromEntries(new URLSearchParams(await text(request))));
    response
      .writeHead(200, { 'Content-Type': 'text/html', 'Content-Security-Policy': policy() })
      .end('<!doctype html><html lang="en"><title>Cart</title><main><h1>In the cart</h1></main></html>');
  };
  const server = createServer((request, response) => {
    if (request.url === CONNECTION.pathPrefix) return void proxy(response).catch(() => response.destroy());
    if (request.url === '/cart/add') return void addToCart(request, response).catch(() => response.destroy());
    const [type, content] =
      request.url === '/theme.css'
        ? ['text/css', STYLE]
        : request.url === '/theme.js'
          ? ['text/javascript', options.script ?? '']
          : request.url === '/'
            ? ['text/html', page()]
            : [];
    if (type === undefined) return void response.writeHead(204).end();
    response.writeHead(200, { 'Content-Type': type, 'Content-Security-Policy': policy() }).end(content);
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  await service.call('PATCH', '/v1/admin/shops/default', {
    key: admin,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ origins: [url], shopify: CONNECTION }),
  });
  return { url, proxied: () => proxied, carts: () => carts, close: () => closeServer(server) };
}

/** A theme with colours and a font of its own, set from outside by properties and parts. */
const STYLE = `
body { margin: 0; padding: 1rem; font: 16px/1.5 sans-serif; background: #fff; color: #1b1230; }
easel-portrait { --easel-accent: #5b2a86; --easel-on-accent: #fff; --easel-paper: #fff; --easel-radius: 4px; }
easel-portrait:not(:defined) { display: block; min-height: 46rem; }
easel-portrait::part(submit) { text-transform: uppercase; }
`;
