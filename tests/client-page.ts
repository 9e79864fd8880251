/**
 * A page with the client in it, as far as the client looks at its page: hidden or not, online or not, all of it by a
 * clock that stands still. Its requests go through a bad line to an API in the test's process.
 */
import { createEaselClient, type EaselClient, type EaselClientOptions } from '../api/web/easel-client.ts';
import type { ApiWorld } from './api-world.ts';
import { type BadLine, openBadLine } from './doubles/bad-line.ts';
import { waitFor } from './wait-for.ts';

export interface ClientPage {
  readonly client: EaselClient;
  readonly line: BadLine;
  /** The clock's times at which requests were begun, by the request. */
  readonly begun: readonly { readonly name: string; readonly at: number; readonly headers: Headers }[];
  hide(): void;
  show(): void;
  /** The network goes and comes back; `aware`: the browser notices and says so. */
  goOffline(options: { aware: boolean }): void;
  goOnline(): void;
  /** Moves the clock on, step by step, and lets every request end that has begun. */
  pass(ms: number, stepMs?: number): Promise<void>;
  /** Lets every request end that has begun. */
  quiet(): Promise<void>;
}

const STEP_MS = 250;

/** Runs a test in a page, and closes it whatever happened. */
export function inPage(
  test: (page: ClientPage, world: ApiWorld) => Promise<void>,
  options: Partial<EaselClientOptions> = {},
): (world: ApiWorld) => Promise<void> {
  return async (world: ApiWorld): Promise<void> => {
    const line = await openBadLine();
    try {
      await test(await openPage(world, line, options), world);
    } finally {
      await line.close();
    }
  };
}

export async function openPage(
  world: ApiWorld,
  line: BadLine,
  options: Partial<EaselClientOptions>,
): Promise<ClientPage> {
  const { clock } = world;
  const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  const window = new EventTarget();
  const begun: { name: string; at: number; headers: Headers }[] = [];
  let isOnline = true;
  let pending = 0;
  const observed = (async (input: string, init: RequestInit = {}) => {
    const { pathname } = new URL(input);
    begun.push({ name: `${init.method ?? 'GET'} ${pathname}`, at: clock.now(), headers: new Headers(init.headers) });
    pending++;
    return line.fetch(input, init).finally(() => pending--);
  }) as typeof fetch;
  const quiet = async () => {
    await waitFor('the requests to be answered', () => pending === 0);
    for (let turn = 0; turn < 20; turn++) await new Promise(resolve => setImmediate(resolve));
    if (pending > 0) await quiet();
  };

  return {
    client: createEaselClient({
      ...{ url: world.url, key: await world.key('storefront'), storage: null, ...options },
      environment: {
        ...{ fetch: observed, now: clock.now, after: clock.after, page, window, isOnline: () => isOnline },
        ...options.environment,
      },
    }),
    ...{ line, begun, quiet },
    hide() {
      page.visibilityState = 'hidden';
      page.dispatchEvent(new Event('visibilitychange'));
    },
    show() {
      page.visibilityState = 'visible';
      page.dispatchEvent(new Event('visibilitychange'));
    },
    goOffline({ aware }) {
      line.down = true;
      isOnline = !aware;
    },
    goOnline() {
      line.down = false;
      isOnline = true;
      window.dispatchEvent(new Event('online'));
    },
    async pass(ms, stepMs = STEP_MS) {
      for (let passed = 0; passed < ms; passed += stepMs) {
        await quiet();
        await clock.advance(stepMs);
      }
      await quiet();
    },
  };
}
