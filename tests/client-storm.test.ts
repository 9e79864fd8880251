/**
 * Shoppers with the client on lines where much goes wrong by chance: each has one picture and one charge all the same.
 * Platform: embedded; what befalls single requests is tried on google, too.
 */
import { suite } from 'uvu';
import { EaselError } from '../api/web/easel-client.ts';
import { BEHIND_A_PROXY, eachOf, enter, holdsOneOf, WISH } from './client-shopper.ts';
import { FAULTS } from './doubles/bad-line.ts';
import { withService } from './service.ts';
import { seededRandom } from './test-clock.ts';

export const FILE_LIMIT_MS = 300_000;

const test = suite('the client in a storm');
const SHOPPERS = 24;
const CHANCE = 0.25;

test(
  'where a quarter of all requests go wrong, each shopper has one picture all the same',
  withService(async service => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    console.log(`seed ${seed}`);
    const dice = seededRandom(seed);
    await eachOf(Array.from({ length: SHOPPERS }), async (_, index) => {
      const shopper = await enter(service, { order: `storm-${index}`, index });
      const { line, client, order } = shopper;
      line.plan(() => (dice.fraction() < CHANCE ? FAULTS[Math.floor(dice.fraction() * FAULTS.length)] : undefined));
      const via = index % 2 === 0 ? 'form' : 'upload';
      const wish = { ...WISH, customId: order };
      const job = await persistently(idempotencyKey => client.submit(wish, { via, ...idempotencyKey }));
      const done = await persistently(() => client.wait(job, { by: index % 3 === 0 ? 'polls' : 'events' }));
      const picture = await persistently(() => client.download(done));
      line.plan(() => undefined);
      await holdsOneOf(service, shopper, { done, picture });
      await line.close();
    });
  }, BEHIND_A_PROXY),
);

test.run();

/** As a page does whose shopper presses the button again: the error says under which key. */
async function persistently<T>(work: (key: { idempotencyKey?: string }) => Promise<T>): Promise<T> {
  let key: { idempotencyKey?: string } = {};
  for (let tries = 1; ; tries++) {
    try {
      return await work(key);
    } catch (error) {
      if (!(error instanceof EaselError) || !error.retryable || tries === 5) throw error;
      key = error.idempotencyKey === undefined ? {} : { idempotencyKey: error.idempotencyKey };
    }
  }
}
