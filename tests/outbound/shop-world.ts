/**
 * The real API in this process, on a small internet with one server of photos, for tests of photos by URL that have to
 * see into it.
 */
import { createServer, type RequestListener, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import sharp from 'sharp';
import { createApi } from '../../api/app.ts';
import { DEFAULT_SHOP, newKey, registerKey } from '../../common/keys.ts';
import type { Log } from '../../common/log.ts';
import { OFFLINE_MODEL } from '../../common/models.ts';
import { createOutbound } from '../../common/outbound/outbound.ts';
import { noClientAccess } from '../../common/platform/client-access.ts';
import { seedStyles } from '../../common/seed-styles.ts';
import { type Internet, openInternet, PUBLIC_ADDRESS } from '../doubles/internet.ts';
import { inWorld, type World } from '../world.ts';

export const SITE = { name: 'photos.example.com', address: PUBLIC_ADDRESS };
export const PHOTO_URL = `https://${SITE.name}/cat.png`;
const SIDE_PX = 300;
export const PHOTO = await sharp({ create: { width: SIDE_PX, height: SIDE_PX, channels: 3, background: '#854' } })
  .png()
  .toBuffer();

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: { readonly id?: string; readonly code?: string; readonly detail?: string };
}

export interface Shop {
  readonly world: World;
  readonly internet: Internet;
  /** What was logged as a warning. */
  readonly warnings: readonly string[];
  /** Requests that came to the photos' server. */
  readonly requests: () => number;
  /** Ends the process's willingness to wait. */
  readonly close: () => void;
  submit(url: string, options?: { key?: string; fields?: object }): Promise<Answer>;
  upload(): Promise<Answer>;
  /** Announces a body of 20 MiB and sends none of it: it is held until it is refused or canceled. */
  beginUpload(): { readonly status: () => number | undefined; readonly cancel: () => void };
}

export function inShop(listener: RequestListener, test: (shop: Shop) => Promise<void>): () => Promise<void> {
  const warnings: string[] = [];
  const log: Log = {
    info: () => {},
    error: (event, { error } = {}) => warnings.push(`error ${event} ${String(error)}`),
    warn: (event, { code, reason } = {}) => warnings.push(`${event} ${code} ${reason}`),
  };
  return inWorld(
    async world => {
      const { engine } = world;
      const internet = await openInternet();
      let requests = 0;
      await internet.serve(SITE, (asked, response) => {
        requests++;
        listener(asked, response);
      });
      const closing = new AbortController();
      const serverKey = newKey('server', engine.random);
      await registerKey(engine.store, serverKey, { kind: 'server', shop: DEFAULT_SHOP, now: 0 });
      await seedStyles(engine.store);
      const api = createApi({
        engine,
        clientAccess: noClientAccess,
        outbound: createOutbound({ ...engine, allow: [], network: internet.network }),
        sessionSecret: new Uint8Array(32),
        defaultModel: OFFLINE_MODEL,
        closing: closing.signal,
      });
      const server = createServer(api.callback());
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
      const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const authorization = { Authorization: `Bearer ${serverKey}` };
      const send = async (body: string | FormData, headers: { [name: string]: string } = {}): Promise<Answer> => {
        const response = await fetch(`${url()}/v1/jobs`, {
          method: 'POST',
          headers: { ...authorization, ...headers },
          body,
        });
        const text = await response.text();
        return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
      };
      try {
        await test({
          world,
          internet,
          warnings,
          requests: () => requests,
          close: () => closing.abort(),
          submit: (url, { key, fields } = {}) =>
            send(JSON.stringify({ style: 'charcoal', image: { url }, ...fields }), {
              'Content-Type': 'application/json',
              ...(key !== undefined ? { 'Idempotency-Key': key } : {}),
            }),
          upload() {
            const form = new FormData();
            form.set('style', 'charcoal');
            form.set('image', new Blob([new Uint8Array(PHOTO)]), 'cat.png');
            return send(form);
          },
          beginUpload() {
            const type = { 'Content-Type': 'multipart/form-data; boundary=x', 'Content-Length': 20 * 2 ** 20 };
            const asking = request(`${url()}/v1/jobs`, { method: 'POST', headers: { ...authorization, ...type } });
            let status: number | undefined;
            asking.on('response', answer => (status = answer.statusCode)).on('error', () => {});
            asking.flushHeaders();
            return { status: () => status, cancel: () => void asking.destroy() };
          },
        });
      } finally {
        await internet.close();
        server.closeAllConnections();
        await new Promise(resolve => server.close(resolve));
      }
    },
    { log },
  );
}
