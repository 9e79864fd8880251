/**
 * No secret, and nothing of a customer, turns up where it does not belong: canaries go in everywhere, and everything that
 * comes out is searched for them. Platforms: embedded, and google by EASEL_TEST_PLATFORM=google.
 */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type CanaryWorld, inCanaryWorld, type Sink } from './canary/canary-world.ts';
import { customers } from './canary/customers.ts';
import { lookEverywhere } from './canary/look.ts';
import { refusals } from './canary/refusals.ts';
import { waitFor } from './wait-for.ts';

const test = suite('canaries');

/** All that may be seen, by where it may: to its owner what is the owner's, to operators what operators wrote. */
const LEGITIMATE: { readonly [sink in Sink]: readonly string[] } = {
  log: ['reason to pause', "the provider's words"],
  metrics: [],
  documentation: [],
  // Who sends a name that is not known is told which one.
  refusals: ['style', 'field'],
  others: [],
  provider: ['GEMINI_API_KEY', 'prompt', 'prompt in trouble'],
  picture: [],
  owner: [
    // A token stands in the answer that makes it.
    'token, challenge',
    'token, challenge of the sibling',
    'customId',
    'name of metadata',
    'metadata',
    'customId of the session',
    'signature of a picture',
    'signature of an upload',
  ],
  operator: [
    'reason for the shop',
    'label of a key',
    'reason to pause',
    'customId',
    'name of metadata',
    'metadata',
    'customId of the session',
    'signature of a picture',
  ],
};

test(
  'each canary is seen where it may be, and nowhere else',
  inCanaryWorld(async world => {
    await refusals(world);
    await lookEverywhere(world, await customers(world));
    for (const event of ['attempt failed', 'request failed', 'queue paused', 'photo not fetched']) {
      await waitFor(`"${event}" in the log`, () => world.service.output().includes(event));
    }
    const seen = Object.fromEntries(Object.keys(LEGITIMATE).map(sink => [sink, seenIn(world, sink as Sink)]));
    const expected = Object.fromEntries(Object.entries(LEGITIMATE).map(([sink, names]) => [sink, names.toSorted()]));
    assert.equal(seen, expected);
  }),
);

test.run();

function seenIn({ canaries, sinks }: CanaryWorld, sink: Sink): string[] {
  const text = sinks.get(sink) ?? '';
  assert.ok(text.length > 100, `there is something to look at: ${sink}`);
  return canaries.in(text).sort();
}
