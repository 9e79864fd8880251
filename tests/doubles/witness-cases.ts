/**
 * Runs a conformance suite against an emulator that others wrote, which says again what our own double says. What such
 * an emulator cannot do is listed with its reason: everything else has to pass, and the list has to stay true.
 */
import type { Test } from 'uvu';
import * as assert from 'uvu/assert';

/** Why a case of the suite cannot be shown there. */
export interface Gap {
  readonly reason: string;
  /** `sometimes`: it depends on a race within the emulator. */
  readonly fails: 'always' | 'sometimes';
}

/** By the title of the case. */
export type Gaps = { readonly [title: string]: Gap };

export interface Witness {
  /** Registers a case of the suite. */
  add(title: string, run: () => Promise<void>): void;
  /** After the last case: a gap that is no case any more would hide that it is gone. */
  end(): void;
}

export function createWitness(test: Test, emulator: string, gaps: Gaps): Witness {
  const titles = new Set<string>();
  return {
    add(title, run) {
      titles.add(title);
      const gap = gaps[title];
      test(title, gap ? () => holdsGap(`${emulator}: "${title}"`, gap, run) : run);
    },
    end() {
      test('each case said to be impossible is one of the suite', () => {
        assert.equal(
          Object.keys(gaps).filter(title => !titles.has(title)),
          [],
        );
      });
    },
  };
}

/** Says aloud what could not be shown. A case that always fails has to: one that passes belongs off the list. */
async function holdsGap(what: string, { reason, fails }: Gap, run: () => Promise<void>): Promise<void> {
  const passed = await run().then(
    () => true,
    () => false,
  );
  assert.not(passed && fails === 'always', 'the emulator can do this now: take the case off the list');
  console.log(`NOT TESTED on ${what}${passed ? ' (it passed this time)' : ''}. ${reason}`);
}

/** Of a table, for the documentation. */
export function gapRows(emulator: string, gaps: Gaps): string[] {
  return Object.entries(gaps).map(([title, { reason, fails }]) => `| ${emulator} | ${title} | ${fails} | ${reason} |`);
}
