/**
 * Speaks to the service as the old theme's pages do, written from what their traffic looks like: quota first, identical
 * requests shared, GETs kept for five minutes, 5xx and 429 tried three times more, a made-up customer, no cookies.
 */
export interface OldTheme {
  quota(pool: 'named' | 'custom'): Promise<OldQuota>;
  draw(photo: Buffer, style: string): Promise<OldPicture>;
  drawBoth(photo: Buffer): Promise<OldPictures>;
  drawWish(photo: Buffer, prompt: string): Promise<OldPicture>;
  /** Every answer's status, in their order. */
  readonly statuses: readonly number[];
}

export interface OldQuota {
  readonly allowed: boolean;
  readonly remaining: number;
  readonly limit: number;
  readonly reset_time: string;
  readonly warning_level: number;
}

interface Left {
  readonly quota_remaining: number;
  readonly quota_limit: number;
  readonly warning_level: number;
}

export interface OldPicture extends Left {
  readonly success: boolean;
  readonly image_url: string;
  readonly original_url: string;
  readonly style: string;
  readonly cache_hit: boolean;
}

export interface OldPictures extends Left {
  readonly results: { readonly [style: string]: { readonly image_url: string; readonly cache_hit: boolean } };
}

const KEPT_MS = 5 * 60_000;
const TRIES = 4;
const TIMEOUT_MS = { get: 15_000, post: 120_000 };

/** What a page says to its shopper when it gives up. */
export class OldThemeError extends Error {
  readonly status: number;

  constructor(status: number, detail: string) {
    super(detail);
    this.status = status;
  }
}

/** `backoffMs` is a second in a page. */
export function createOldTheme(baseUrl: string, { backoffMs }: { backoffMs: number }): OldTheme {
  const customer = `cust_${Date.now()}_${Math.random().toString(36).slice(2, 11)}`;
  const kept = new Map<string, { readonly answer: unknown; readonly at: number }>();
  const pending = new Map<string, Promise<unknown>>();
  const statuses: number[] = [];

  async function ask<A>(path: string, body?: object): Promise<A> {
    const name = path + JSON.stringify(body ?? {});
    const hit = body === undefined ? kept.get(name) : undefined;
    if (hit && Date.now() - hit.at < KEPT_MS) return hit.answer as A;
    const answer = pending.get(name) ?? insist(path, body);
    pending.set(name, answer);
    try {
      const got = await answer;
      if (body === undefined) kept.set(name, { answer: got, at: Date.now() });
      return got as A;
    } finally {
      pending.delete(name);
    }
  }

  async function insist(path: string, body: object | undefined): Promise<unknown> {
    for (let attempt = 0; ; attempt++) {
      const response = await fetch(baseUrl + path, {
        signal: AbortSignal.timeout(body === undefined ? TIMEOUT_MS.get : TIMEOUT_MS.post),
        ...(body === undefined
          ? {}
          : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
      });
      statuses.push(response.status);
      const answer = (await response.json()) as { detail?: string };
      if (response.ok) return answer;
      const mayPass = response.status === 429 || response.status >= 500;
      if (!mayPass || attempt === TRIES - 1) {
        throw new OldThemeError(response.status, answer.detail ?? `HTTP ${response.status}`);
      }
      await new Promise(resolve => setTimeout(resolve, Math.min(backoffMs * 2 ** attempt, 10 * backoffMs)));
    }
  }

  const quota: OldTheme['quota'] = pool => ask(`/api/v1/quota?customer_id=${customer}&quota_type=${pool}`);
  async function generate<A>(pool: 'named' | 'custom', route: string, photo: Buffer, wish: object): Promise<A> {
    const { allowed, remaining } = await quota(pool);
    if (!allowed || remaining < 1) throw new OldThemeError(429, 'Daily quota exhausted');
    const ids = { customer_id: customer, session_id: `session_${Date.now()}` };
    return ask<A>(`/api/v1/${route}`, { image_data: photo.toString('base64'), ...wish, ...ids });
  }

  return {
    statuses,
    quota,
    draw: (photo, style) => generate('named', 'generate', photo, { style }),
    drawBoth: photo => generate('named', 'batch-generate', photo, {}),
    drawWish: (photo, prompt) => generate('custom', 'generate-custom', photo, { prompt }),
  };
}
