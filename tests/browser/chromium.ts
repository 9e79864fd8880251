/**
 * Debian's Chromium, driven as a person would use it, on loopback alone. Whatever a page does that no page of ours may do
 * fails the test: an error, a refusal by its own policy, a request to another machine, something that moves by itself.
 */
import { access } from 'node:fs/promises';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import * as assert from 'uvu/assert';

export const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };
export const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
};

const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** No sandbox within the container, and none of the calls that a browser makes by itself. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const LIMIT_MS = 15_000;
/** Chromium's own threshold for "good" is 0.1. */
const MOVED_MAX = 0.01;
const LOOPBACK = /^(https?:\/\/(127\.0\.0\.1|localhost)(:\d+)?\/|data:|blob:)/;

export interface Visit {
  readonly page: Page;
  /** Lets these errors of the console be: a test that takes the network away causes them. */
  expectErrors(pattern: RegExp): void;
  /** Lets things move: where figures come in by themselves, lists grow and warnings appear. */
  expectMoves(): void;
  /** Another page of the same visitor. */
  another(): Promise<Page>;
}

/** Opens a browser for one visitor, runs the test, and holds the pages to what they may do. */
export function visiting(test: (visit: Visit) => Promise<void>, options: BrowserContextOptions = DESKTOP) {
  return async (): Promise<void> => {
    const browser = await launch();
    try {
      const context = await browser.newContext({ locale: 'en-GB', ...options });
      context.setDefaultTimeout(LIMIT_MS);
      await context.addInitScript(countShifts);
      const wrong: string[] = [];
      const expected: RegExp[] = [];
      let moves = false;
      const open = async () => {
        const page = await context.newPage();
        listen(page, wrong);
        return page;
      };
      await test({
        page: await open(),
        another: open,
        expectErrors: pattern => void expected.push(pattern),
        expectMoves: () => {
          moves = true;
        },
      });
      for (const page of moves ? [] : context.pages()) {
        assert.ok((await movedIn(page)) <= MOVED_MAX, 'nothing moves by itself');
      }
      assert.equal(
        wrong.filter(text => !expected.some(pattern => pattern.test(text))),
        [],
      );
    } finally {
      await browser.close();
    }
  };
}

async function launch(): Promise<Browser> {
  const there = await access(EXECUTABLE).then(
    () => true,
    () => false,
  );
  if (!there) throw new Error(`${EXECUTABLE} is missing: apt-get install chromium, or say where it is by CHROMIUM`);
  return chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS });
}

function listen(page: Page, wrong: string[]): void {
  page.on('pageerror', error => wrong.push(`error: ${error.message}`));
  page.on('console', message => {
    // A policy's refusals come here, too.
    if (message.type() === 'error' || message.type() === 'warning') wrong.push(`console: ${message.text()}`);
  });
  page.on('request', request => {
    if (!LOOPBACK.test(request.url())) wrong.push(`asks ${request.url()}`);
  });
}

declare global {
  interface Window {
    easelMoved: number;
    easelMoves: string[];
  }
}

interface ShiftSource {
  readonly node?: Node;
  readonly previousRect: DOMRectReadOnly;
  readonly currentRect: DOMRectReadOnly;
}

/** Runs in the page. What moves within half a second of a click does not count, by the definition of the measure. */
function countShifts(): void {
  window.easelMoved = 0;
  window.easelMoves = [];
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) {
      const shift = entry as PerformanceEntry & { value: number; hadRecentInput: boolean; sources?: ShiftSource[] };
      if (shift.hadRecentInput) continue;
      window.easelMoved += shift.value;
      // Of what is in a shadow tree only the place is told.
      const named = ({ node, previousRect: from, currentRect: to }: ShiftSource) =>
        `${node instanceof Element ? node.className || node.tagName : '?'} ${JSON.stringify(from)} → ${JSON.stringify(to)}`;
      window.easelMoves.push(`${shift.value.toFixed(4)} ${shift.sources?.map(named).join(', ')}`);
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

/** How far things have moved by themselves since the page was opened: its cumulative layout shift. */
export async function movedIn(page: Page): Promise<number> {
  if (page.isClosed() || page.url() === 'about:blank') return 0;
  const { moved, moves } = await page.evaluate(() => ({ moved: window.easelMoved, moves: window.easelMoves }));
  if (moved > MOVED_MAX) console.log(moves.join('\n'));
  return moved;
}
