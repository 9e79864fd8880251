/**
 * Who the client is: a server's key, a token that the page's own server gives, or a session that the client opens with
 * the storefront key or through Shopify's App Proxy, keeps, and renews.
 *
 * All tabs have one session: a job is seen by the session that submitted it and by no other. So a session is opened and
 * renewed by one tab at a time, which looks first whether another has done it.
 */
import type { Credentials } from './ask.ts';
import { call, jsonOf } from './call.ts';
import type { Environment } from './environment.ts';
import { EaselError } from './errors.ts';
import type { KeepText } from './keep.ts';
import { oneTab } from './one-tab.ts';
import { unlessAborted } from './pause.ts';
import type { EaselClientOptions, Session } from './types.ts';

export interface CredentialParts extends Pick<EaselClientOptions, 'key' | 'shopify' | 'challenge'> {
  readonly environment: Environment;
  readonly url: string;
  readonly keep: KeepText;
}

export interface SessionCredentials extends Credentials {
  session(signal?: AbortSignal): Promise<Session>;
}

interface KeptSession extends Session {
  /** When it came, by this machine's clock. */
  readonly receivedAt: number;
}

const NAME = 'session';
const HOUR_MS = 3_600_000;
/** So long after its end a token is exchanged for another of the same session. */
const RENEWABLE_MS = 6 * 24 * HOUR_MS;

export function createCredentials(parts: CredentialParts): SessionCredentials {
  const { key, shopify } = parts;
  if (typeof key === 'function') return givenTokens(key);
  if (key.startsWith('pk_') || shopify) return openedSessions(parts, key);
  const refuse = async () => {
    throw new EaselError('no_session', 'A server key is sent as it is: there is no session.');
  };
  return { bearer: async () => key, another: async () => undefined, session: refuse };
}

/** The page's own server knows when to give another one: when this one was refused. */
function givenTokens(give: () => Promise<string>): SessionCredentials {
  let given: Promise<string> | undefined;
  const bearer = (signal?: AbortSignal) => {
    given ??= give();
    given.catch(() => (given = undefined));
    return unlessAborted(given, signal);
  };
  return {
    bearer,
    another(_, signal) {
      given = undefined;
      return bearer(signal);
    },
    session: async signal => ({ token: await bearer(signal), expiresAt: '' }),
  };
}

function openedSessions(parts: CredentialParts, key: string): SessionCredentials {
  const { environment, keep } = parts;
  let current: KeptSession | undefined;
  let opening: Promise<KeptSession> | undefined;

  const isGood = (session: KeptSession | undefined): session is KeptSession =>
    session !== undefined && !isAging(session, environment.now());

  async function read(): Promise<KeptSession | undefined> {
    const text = await keep.get(NAME);
    try {
      return text === null ? undefined : (JSON.parse(text) as KeptSession);
    } catch {
      return undefined;
    }
  }

  /** `refused`: a token that is no good, whatever its time says. */
  async function settle(refused?: string): Promise<KeptSession> {
    const kept = (await read()) ?? current;
    if (isGood(kept) && kept.token !== refused) return kept;
    const opened = { ...(await replace(kept)), receivedAt: environment.now() };
    await keep.set(NAME, JSON.stringify(opened));
    return opened;
  }

  async function replace(kept: KeptSession | undefined): Promise<Session> {
    const leftMs = kept ? Date.parse(kept.expiresAt) - environment.now() : -Infinity;
    if (kept && leftMs > -RENEWABLE_MS) {
      try {
        return await renewSession(parts, kept.token);
      } catch (error) {
        // Its key was revoked, or the clock here is wrong by days: only then is there another session.
        if (!(error instanceof EaselError) || error.status !== 401) throw error;
      }
    }
    return openSession(parts, key);
  }

  function fresh(refused?: string): Promise<KeptSession> {
    opening ??= oneTab(environment, `easel session ${parts.url}`, () => settle(refused))
      .then(session => (current = session))
      .finally(() => (opening = undefined));
    return opening;
  }

  const session = async (signal?: AbortSignal) => (isGood(current) ? current : await unlessAborted(fresh(), signal));
  return {
    session: async signal => {
      const { token, expiresAt } = await session(signal);
      return { token, expiresAt };
    },
    bearer: async signal => (await session(signal)).token,
    another: async (refused, signal) => (await unlessAborted(fresh(refused), signal)).token,
  };
}

/** In its last hour. A token that has just come is good for an hour at least, whatever the clock here says. */
function isAging({ expiresAt, receivedAt }: KeptSession, nowMs: number): boolean {
  return Date.parse(expiresAt) - nowMs < HOUR_MS && nowMs - receivedAt > HOUR_MS;
}

async function renewSession({ environment, url }: CredentialParts, token: string): Promise<Session> {
  const headers = { Authorization: `Bearer ${token}` };
  return jsonOf(await call(environment, { method: 'POST', url: `${url}/v1/sessions`, headers }));
}

/** A customer whom Shopify knows comes through Shopify, which says so; nobody else does. */
async function openSession({ environment, url, shopify, challenge }: CredentialParts, key: string): Promise<Session> {
  if (shopify?.customer) return jsonOf(await call(environment, { method: 'POST', url: shopify.proxy, headers: {} }));
  const headers = { Authorization: `Bearer ${key}`, ...(challenge ? { 'Content-Type': 'application/json' } : {}) };
  const body = challenge && (async () => JSON.stringify({ challenge: await challenge() }));
  return jsonOf(
    await call(environment, { method: 'POST', url: `${url}/v1/sessions`, headers, ...(body ? { body } : {}) }),
  );
}
