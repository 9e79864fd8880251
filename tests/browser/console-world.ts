/**
 * The console before a service whose model does as it is told: signed in, and by what can be read and pressed on it.
 */
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import * as assert from 'uvu/assert';
import { DEFAULT_MODEL } from '../../common/models.ts';
import { type GeminiAnswer, openGeminiDouble } from '../doubles/gemini.ts';
import { type JobAnswer, type Service, withService } from '../service.ts';
import { DESKTOP, type Visit, visiting } from './chromium.ts';

export interface ConsoleWorld extends Visit {
  readonly service: Service;
  /** What the model answers from now on. */
  modelAnswers(answer: GeminiAnswer): void;
  /** Opens a page of the console, such as `jobs?status=failed`. */
  open(path: string): Promise<void>;
  /** Fills the dialog that is open, by the labels of its fields, and presses its button. */
  confirm(verb: string, fields?: { readonly [label: string]: string }): Promise<void>;
  /** Calls an operators' route with the key, past the browser. */
  asOperator<T>(method: string, path: string, body?: object): Promise<T>;
  /** Submits a job in the name of this customer; resolves with its id. */
  submitted(customerId: string, fields?: { readonly [name: string]: string }): Promise<string>;
  /** The row of a table that says this. */
  row(text: string): Locator;
}

/** 400: the job fails at once and is not tried again by itself. */
export const REFUSES: GeminiAnswer = { kind: 'status', status: 400, message: 'The request is not valid.' };
export const DRAWS: GeminiAnswer = { kind: 'picture' };

/** The page asks who is signed in before anybody is, which a browser notes as an error of the network. */
const NOT_SIGNED_IN = /status of 401/;

interface ConsoleOptions {
  readonly screen?: BrowserContextOptions;
  /** False: the offline model draws. */
  readonly model?: boolean;
  /** Before anybody signs in. */
  readonly prepare?: (service: Service) => Promise<void>;
}

export function withConsole(
  test: (world: ConsoleWorld) => Promise<void>,
  { screen = DESKTOP, model = true, prepare }: ConsoleOptions = {},
): () => Promise<void> {
  return async () => {
    let answer = DRAWS;
    const gemini = await openGeminiDouble({ answer: () => answer });
    const settings = { GEMINI_API_KEY: gemini.apiKey, GEMINI_BASE_URL: gemini.url, GEMINI_MODEL: DEFAULT_MODEL };
    const run = withService(
      service =>
        visiting(async visit => {
          visit.expectErrors(NOT_SIGNED_IN);
          visit.expectMoves();
          const world = worldOf(visit, service, next => {
            answer = next;
          });
          await prepare?.(service);
          await signIn(world);
          await test(world);
        }, screen)(),
      model ? settings : {},
    );
    try {
      await run();
    } finally {
      await gemini.close();
    }
  };
}

function worldOf(visit: Visit, service: Service, modelAnswers: ConsoleWorld['modelAnswers']): ConsoleWorld {
  const { page } = visit;
  return {
    ...visit,
    service,
    modelAnswers,
    async open(path) {
      await page.goto(`${service.url()}/admin#/${path}`);
      await page.getByRole('main').waitFor();
    },
    async confirm(verb, fields = {}) {
      const dialog = page.getByRole('dialog');
      for (const [label, value] of Object.entries(fields)) await fill(dialog.getByLabel(label).first(), value);
      await dialog.getByRole('button', { name: verb, exact: true }).click();
    },
    async asOperator<T>(method: string, path: string, body?: object) {
      const { admin } = await service.keys();
      const sent = body ? { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) } : {};
      const answer = await service.call<T>(method, `/v1/admin/${path}`, { key: admin, ...sent });
      assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
    async submitted(customerId, fields = {}) {
      const { status, body } = await service.submit({ style: 'charcoal', customerId, ...fields });
      assert.ok(status < 300, JSON.stringify(body));
      return (body as JobAnswer).id;
    },
    row: text => page.locator('tbody tr', { hasText: text }),
  };
}

async function fill(field: Locator, value: string): Promise<void> {
  const tag = await field.evaluate(element => element.tagName);
  if (tag === 'SELECT') await field.selectOption(value);
  else await field.fill(value);
}

async function signIn({ page, service }: ConsoleWorld): Promise<void> {
  const { admin } = await service.keys();
  await page.goto(`${service.url()}/admin`);
  await page.getByLabel('Admin key').fill(admin);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
}

export async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Admin key').waitFor();
}
