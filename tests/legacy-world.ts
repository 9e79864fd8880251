/**
 * The API with the earlier service's routes, and the real worker over a model that does as it is told; and callers as the
 * old theme's pages are, who know a photo, a made-up id, and perhaps a cookie.
 */
import { readdir, readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { type ApiAnswer, type ApiWorld, type ApiWorldOptions, inApiWorld } from './api-world.ts';
import { waitFor } from './wait-for.ts';

export const SUNSET_AT = Date.UTC(2027, 10, 23);

/** What is in a recorded answer: each value's kind, in the place of the value. */
export type Shape = string | readonly Shape[] | { readonly [name: string]: Shape };

/** A request and the shape of its answer, as the earlier service gave it. */
export interface Recorded {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly body?: { readonly [name: string]: string };
  };
  readonly status: number;
  readonly answer: Shape;
}

export interface OldAnswer {
  readonly detail?: string;
  readonly success?: boolean;
  readonly image_url: string;
  readonly original_url: string;
  readonly style: string;
  readonly cache_hit: boolean;
  readonly quota_remaining: number;
  readonly quota_limit: number;
  readonly processing_time_ms: number;
  readonly warning_level: number;
  readonly results: { readonly [style: string]: { readonly image_url: string; readonly cache_hit: boolean } };
  readonly allowed: boolean;
  readonly remaining: number;
  readonly limit: number;
}

/** The old routes are on; there is a worker unless the test starts it itself. */
export function withOldRoutes(
  test: (world: ApiWorld) => Promise<void>,
  { worker = true, parts, ...options }: ApiWorldOptions & { readonly worker?: boolean } = {},
): () => Promise<void> {
  return inApiWorld(
    async world => {
      if (worker) world.startWorker();
      await test(world);
    },
    { ...options, parts: { legacy: { sunsetAt: SUNSET_AT }, ...parts } },
  );
}

/** Another photo for each number, in base64. */
export async function oldPhoto(number = 0, sidePx = 256): Promise<string> {
  const background = { r: number % 256, g: 120, b: 60 };
  const square = sharp({ create: { width: sidePx, height: sidePx, channels: 3, background } });
  return (await square.png().toBuffer()).toString('base64');
}

export interface OldCaller {
  readonly origin?: string;
  readonly address?: string;
  readonly cookie?: string;
}

/** A call as a page of the earlier service makes it. */
export function oldCall(
  world: ApiWorld,
  request: string,
  body?: unknown,
  { origin, address, cookie }: OldCaller = {},
): Promise<ApiAnswer<OldAnswer>> {
  return world.call<OldAnswer>(request, {
    ...(origin === undefined ? {} : { origin }),
    ...(body === undefined ? {} : { body }),
    headers: {
      ...(address === undefined ? {} : { 'x-forwarded-for': address }),
      ...(cookie === undefined ? {} : { cookie }),
    },
  });
}

/** Another photo's picture in one style, under another made-up id each time. */
export async function oldPicture(world: ApiWorld, number: number, caller: OldCaller = {}) {
  const body = {
    image_data: await oldPhoto(number),
    style: 'ink_wash',
    customer_id: `cust_${number}_${Math.random()}`,
  };
  return oldCall(world, 'POST /api/v1/generate', body, caller);
}

export async function oldRemaining(world: ApiWorld, caller: OldCaller = {}): Promise<number> {
  // Who only asks may be told what was so two seconds ago.
  await world.clock.advance(2_000);
  return (await oldCall(world, 'GET /api/v1/quota?customer_id=cust_anybody', undefined, caller)).body.remaining;
}

/** As the browser sends it back; undefined when the answer sets none. */
export function cookieOf({ headers }: ApiAnswer<unknown>): string | undefined {
  const [cookie] = [headers['set-cookie'] ?? []].flat();
  return cookie?.split(';')[0];
}

/** Moves the clock on, a second at a time, until there is an answer. */
export async function timedOut<A>(world: ApiWorld, asked: Promise<A>): Promise<A> {
  let answer: A | undefined;
  const [settled] = await Promise.all([
    asked.then(value => {
      answer = value;
      return value;
    }),
    waitFor('an answer', async () => {
      if (answer === undefined) await world.clock.advance(1_000);
      return answer !== undefined;
    }),
  ]);
  return settled;
}

export async function recorded(): Promise<Recorded[]> {
  const folder = new URL('./fixtures/legacy/', import.meta.url);
  const names = (await readdir(folder)).sort();
  const read = async (name: string) =>
    JSON.parse(await readFile(new URL(name, folder), 'utf8')) as Omit<Recorded, 'name'>;
  return Promise.all(names.map(async name => ({ name, ...(await read(name)) })));
}

/** Where a value is not of the kind that was recorded, and what is missing or too much; empty when it fits. */
export function misfits(value: unknown, shape: Shape, at = ''): string[] {
  if (typeof shape === 'string') return isKind(value, shape) ? [] : [`${at}: expected ${shape}, got ${String(value)}`];
  if (typeof value !== 'object' || value === null) return [`${at}: expected members, got ${String(value)}`];
  const names = new Set([...Object.keys(shape), ...Object.keys(value)]);
  return [...names].flatMap(name => {
    const wanted = (shape as { [name: string]: Shape })[name];
    const found = (value as { [name: string]: unknown })[name];
    if (wanted === undefined) return [`${at}/${name}: was never there`];
    return misfits(found, wanted, `${at}/${name}`);
  });
}

function isKind(value: unknown, kind: string): boolean {
  if (kind === 'integer') return Number.isInteger(value);
  if (kind === 'time') return typeof value === 'string' && Number.isFinite(Date.parse(value));
  if (kind === 'url') return typeof value === 'string' && URL.canParse(value);
  return typeof value === kind;
}
