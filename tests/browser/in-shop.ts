/**
 * A shopper at the page of a service whose model draws when the test says so: the real service, and behind it the double
 * of the Gemini API.
 */
import type { BrowserContextOptions } from 'playwright-core';
import { DEFAULT_MODEL } from '../../common/models.ts';
import { type GeminiAnswer, type GeminiDouble, openGeminiDouble } from '../doubles/gemini.ts';
import { type Service, withService } from '../service.ts';
import { PHONE, type Visit, visiting } from './chromium.ts';
import { type Shop, shopOn } from './shop.ts';

export interface ShopVisit extends Visit {
  readonly service: Service;
  readonly gemini: GeminiDouble;
  readonly shop: Shop;
  /** From here on calls of the model wait for the answer of this, which lets them go on. */
  hold(): () => void;
}

export interface InShopOptions {
  readonly screen?: BrowserContextOptions;
  readonly env?: { readonly [name: string]: string };
  /** What the model answers; a picture unless told otherwise. */
  readonly answer?: GeminiAnswer;
}

/** On a phone unless told otherwise. */
export function inShop(test: (visit: ShopVisit) => Promise<void>, options: InShopOptions = {}): () => Promise<void> {
  const { screen = PHONE, env = {}, answer = { kind: 'picture' } } = options;
  return async () => {
    let gate = Promise.resolve();
    const gemini = await openGeminiDouble({ answer: () => ({ ...answer, until: gate }) });
    const hold = () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return () => resolve();
    };
    const model = { GEMINI_API_KEY: gemini.apiKey, GEMINI_BASE_URL: gemini.url, GEMINI_MODEL: DEFAULT_MODEL };
    try {
      await withService(
        service =>
          visiting(async visit => {
            await visit.page.goto(service.url());
            const shop = shopOn(visit.page);
            await shop.isOpen();
            await test({ ...visit, service, gemini, shop, hold });
          }, screen)(),
        { ...model, ...env },
      )();
    } finally {
      await gemini.close();
    }
  };
}
