/**
 * The whole service with canaries for secrets: in its settings, in what it made for itself, in its keys. Beside it the
 * doubles of Gemini and of a provider of challenges.
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { DEFAULT_MODEL } from '../../common/models.ts';
import { type GeminiDouble, openGeminiDouble } from '../doubles/gemini.ts';
import { closeServer, listen } from '../doubles/tasks/listen.ts';
import { type Service, withService } from '../service.ts';
import { type Asked, type AskOptions, ask } from './ask.ts';
import { type Canaries, createCanaries } from './canaries.ts';
import { openRelay, type Relay } from './relay.ts';

/** Where a canary may turn up. */
export type Sink =
  | 'log'
  | 'metrics'
  | 'documentation'
  /** What is refused, to whoever asked. */
  | 'refusals'
  /** Answers to those who have nothing to do with it. */
  | 'others'
  /** What Gemini is sent. */
  | 'provider'
  /** The bytes of the picture and of its preview. */
  | 'picture'
  /** Answers to the shopper, and to the shop's own server. */
  | 'owner'
  | 'operator';

export interface CanaryWorld {
  readonly service: Service;
  readonly gemini: GeminiDouble;
  readonly relay: Relay;
  readonly canaries: Canaries;
  readonly keys: { readonly admin: string; readonly server: string; readonly storefront: string };
  readonly sinks: ReadonlyMap<Sink, string>;
  note(sink: Sink, text: string): void;
  /** Asks, and notes the answer. */
  ask(sink: Sink, request: string, options?: AskOptions): Promise<Asked>;
}

export function inCanaryWorld(test: (world: CanaryWorld) => Promise<void>): () => Promise<void> {
  return async () => {
    const canaries = createCanaries();
    const gemini = await openGeminiDouble();
    const relay = await openRelay(gemini.url);
    const challenge = createServer((_, response) => response.end('{"success":true}'));
    const challengeUrl = `http://127.0.0.1:${await listen(challenge)}`;
    canaries.known('GEMINI_API_KEY', gemini.apiKey);
    const env = {
      GEMINI_API_KEY: gemini.apiKey,
      GEMINI_BASE_URL: relay.url,
      GEMINI_MODEL: DEFAULT_MODEL,
      CHALLENGE_URL: challengeUrl,
      CHALLENGE_SECRET: canaries.word('CHALLENGE_SECRET'),
      TRUSTED_HOPS: '1',
    };
    try {
      await withService(async service => test(await openWorld({ service, gemini, relay, canaries })), env)();
    } finally {
      await Promise.all([relay.close(), gemini.close(), closeServer(challenge)]);
    }
  };
}

async function openWorld(parts: Pick<CanaryWorld, 'service' | 'gemini' | 'relay' | 'canaries'>): Promise<CanaryWorld> {
  const { service, canaries } = parts;
  const keys = await service.keys();
  for (const [name, key] of Object.entries(keys)) canaries.known(`${name} of keys.json`, key);
  const secrets = JSON.parse(await readFile(join(service.directory, 'secrets.json'), 'utf8')) as object;
  for (const [name, secret] of Object.entries(secrets)) canaries.known(`${name} of secrets.json`, secret);
  const { storage } = service.backends() ?? {};
  if (storage) {
    canaries.known('token of the service account', storage.token);
    const pem = String(storage.account.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    canaries.known('key of the service account', pem.split('\n')[3] ?? '');
  }
  const sinks = new Map<Sink, string>();
  const note: CanaryWorld['note'] = (sink, text) => void sinks.set(sink, `${sinks.get(sink) ?? ''}\n${text}`);
  return {
    ...parts,
    keys,
    sinks,
    note,
    async ask(sink, request, options) {
      const answer = await ask(service, request, options);
      note(sink, answer.whole);
      return answer;
    },
  };
}
