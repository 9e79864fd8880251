/**
 * Pages of two shops, and pages that only resemble theirs, for the tests of what a page may do.
 */
import type { ApiAnswer, ApiWorld } from './api-world.ts';

export const CATS = 'https://cats.example';
export const DOGS = 'https://dogs.example:8443';

/** Pages that no shop lists, however much they look like one that does. */
export const FOREIGN = [
  'null',
  '',
  '*',
  'https://evil.example',
  'http://cats.example',
  'https://cats.example:443',
  'https://cats.example:8443',
  'https://cats.example/',
  'https://CATS.example',
  'HTTPS://cats.example',
  'https://cats.example.',
  'https://cats.example.evil.example',
  'https://evilcats.example',
  'https://www.cats.example',
  'https://cats.example@evil.example',
  'https://evil.example#https://cats.example',
  'https://cats.example, https://evil.example',
  'https://cats-example',
  'https://xn--cts-0ma.example',
  'https://other.myshopify.com',
  'https://dogs.example',
  'https://easel.example.evil.example',
  'https://easel.example:443',
  'http://easel.example',
  'https://127.0.0.1',
  'http://127.0.0.1',
  'http://localhost',
];

/** Two shops with a page each. */
export async function openShops(world: ApiWorld): Promise<void> {
  // What no browser sends is not let in by being on the list.
  await world.shop('cats', {
    origins: [CATS, 'null', '*', 'https://evil.example/', 'HTTPS://cats.example', 'file://'],
  });
  await world.shop('dogs', { origins: [DOGS] });
}

export function refusal({ status, body }: ApiAnswer): [number, string | undefined] {
  return [status, body.code];
}
