/**
 * All takes of a page: submits them, follows their jobs, gives them up, tries them again, and finds them after a reload.
 * How to ask the service, and how to survive a bad network, is the client's business.
 */
import type { EaselClient, Job } from '../client/types.ts';
import { EaselError } from '../easel-client.ts';
import type { KeptPreviews } from './kept-previews.ts';
import type { KeptTake, KeptTakes } from './kept-takes.ts';
import { newId } from './new-id.ts';
import type { Photo } from './photo.ts';
import { createSending } from './sending.ts';
import { isOver, type Take, type TakeStyle, VARIATION_MAX } from './take.ts';

export interface Takes {
  readonly all: () => readonly Take[];
  /** Asks for the photo in each of the styles; the new takes, in their order. */
  begin(photo: Photo, photoName: string, styles: readonly TakeStyle[]): readonly Take[];
  /** Asks for the same photo in the same style once more; undefined where the photo is not here, or no version is left. */
  another(id: string): Take | undefined;
  /** The photo of a take that is not drawn goes with the order. */
  sendWithOrder(id: string): void;
  /** The same without asking for a picture first. */
  beginWithOrder(photo: Photo, photoName: string, style: TakeStyle): Take;
  cancel(id: string): void;
  retry(id: string): void;
  /** A picture whose address has ended gets another one. */
  renew(id: string): Promise<void>;
  /** What earlier pages of this browser have begun; where they stand is asked meanwhile. */
  recall(): readonly KeptTake[];
  /** Stops following; the jobs go on. */
  close(): void;
}

export interface TakesParts {
  readonly client: EaselClient;
  readonly keptTakes: KeptTakes;
  readonly keptPreviews: KeptPreviews;
  /** A take is new, has changed or is gone. */
  readonly onChange: (take: Take | undefined) => void;
}

/** Of a page that closes: what was sent goes on, and another page finds it. */
const CLOSED = new DOMException('The page stops following.', 'TimeoutError');
/** So long another tab may be sending a photo. */
const SENDING_MAX_MS = 10 * 60_000;

export function createTakes({ client, keptTakes, keptPreviews, onChange }: TakesParts): Takes {
  const takes = new Map<string, Take>();
  /** Of each take that is sent or followed. */
  const following = new Map<string, AbortController>();
  let closed = false;
  const { send, sendTogether, keepForOrder } = createSending({
    ...{ client, change, keep, attempt, follow },
    get: id => takes.get(id),
    forget: id => keptTakes.forget(id),
    signalOf: id => following.get(id)?.signal,
    closedBy: () => (closed ? CLOSED : undefined),
  });

  function change(id: string, news: Partial<Take>): Take | undefined {
    const take = takes.get(id);
    if (!take || closed) return undefined;
    // The answer to a cancel and the watch are not heard in the order in which they were said.
    const isLate = news.job && take.job && news.job.sequence < take.job.sequence;
    const changed = { ...take, ...news, ...(isLate ? { job: take.job } : {}) };
    takes.set(id, changed);
    if (changed.job || changed.kept) keep(changed);
    onChange(changed);
    return changed;
  }

  function add(take: Take): Take {
    takes.set(take.id, take);
    onChange(take);
    return take;
  }

  function keep(take: Take): void {
    const { id, style, variation, togetherId, photoName, job, kept, begunAt: at } = take;
    keptTakes.keep({ id, style, variation, togetherId, photoName, kept, jobId: job?.id, over: isOver(take), at });
  }

  /** Whatever goes wrong ends up in the take. */
  async function attempt(id: string, work: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    const controller = new AbortController();
    following.set(id, controller);
    try {
      await work(controller.signal);
    } catch (error) {
      if (controller.signal.aborted) return;
      const { code, resetAt, retryAfterMs } = error instanceof EaselError ? error : new EaselError('internal', '');
      change(id, { keeping: false, problem: { code, resetAt, retryAfterMs } });
    } finally {
      following.delete(id);
    }
  }

  async function follow(id: string, from: Job, signal: AbortSignal): Promise<void> {
    change(id, { job: from, sent: 1 });
    if (takes.get(id)?.canceling) void giveUpJob(id, from.id);
    if (from.done) return;
    const onConnection = (connection: Take['connection']) => change(id, { connection });
    for await (const job of client.watch(from, { signal, onConnection })) change(id, { job });
  }

  async function giveUpJob(id: string, jobId: string): Promise<void> {
    try {
      change(id, { job: await client.cancel(jobId) });
    } catch {
      // It could not be told: then the picture comes, and can be given up again.
      change(id, { canceling: false });
    }
  }

  /** A job that is not there any more, or was of another session, is no take of this shopper. */
  async function find(kept: KeptTake, resuming: Promise<readonly Job[]>): Promise<void> {
    const { id, jobId } = kept;
    await attempt(id, async signal => {
      try {
        const job = jobId ? await client.get(jobId) : (await resuming).find(one => isOf(kept, one));
        if (job) return await follow(id, job, signal);
      } catch (error) {
        if (!(error instanceof EaselError) || error.status !== 404) throw error;
      }
      drop(id);
    });
  }

  function drop(id: string): void {
    const take = takes.get(id);
    if (take?.job || Date.now() - (take?.begunAt ?? 0) > SENDING_MAX_MS) keptTakes.forget(id);
    takes.delete(id);
    onChange(undefined);
  }

  return {
    all: () => [...takes.values()],
    begin(photo, photoName, styles) {
      void keptPreviews.keep(photoName, photo.preview);
      const { blob, preview } = photo;
      const shared = { photoName, photo: blob, preview, variation: 0, sent: 0, begunAt: Date.now() };
      const begun = styles.map(style => add({ ...shared, id: newId(), style }));
      const [first, ...others] = begun;
      if (others.length > 0) void sendTogether(begun, blob);
      else if (first) void attempt(first.id, signal => send(first.id, signal));
      return begun;
    },
    another(id) {
      const take = takes.get(id);
      const variation = take && nextVariation(take, takes.values());
      if (!take?.photo || variation === undefined) return undefined;
      const { photoName, photo, preview, style } = take;
      const again = { photoName, photo, preview, style, variation, sent: 0, begunAt: Date.now() };
      const begun = add({ ...again, id: newId() });
      void attempt(begun.id, signal => send(begun.id, signal));
      return begun;
    },
    sendWithOrder(id) {
      if (!change(id, { problem: undefined, canceling: false, keeping: true, sent: 0 })) return;
      void attempt(id, signal => keepForOrder(id, signal));
    },
    beginWithOrder(photo, photoName, style) {
      void keptPreviews.keep(photoName, photo.preview);
      const { blob, preview } = photo;
      const shared = { photoName, photo: blob, preview, variation: 0, sent: 0, begunAt: Date.now() };
      const begun = add({ ...shared, id: newId(), style, keeping: true });
      void attempt(begun.id, signal => keepForOrder(begun.id, signal));
      return begun;
    },
    cancel(id) {
      const take = change(id, { canceling: true, keeping: false });
      if (take?.job) void giveUpJob(id, take.job.id);
      // What has left completely may be a job already: its answer is waited for, and the job given up then.
      else if (take && take.sent < 1) following.get(id)?.abort();
    },
    retry(id) {
      const take = takes.get(id);
      if (!take || !isOver(take)) return;
      const { job: _, problem: __, canceling: ___, connection: ____, togetherId: _____, ...bare } = take;
      const again = { ...bare, id: newId(), sent: 0, begunAt: Date.now() };
      keptTakes.forget(id);
      replace(takes, id, again);
      onChange(again);
      void attempt(again.id, signal => send(again.id, signal));
    },
    async renew(id) {
      const job = takes.get(id)?.job;
      if (job) await attempt(id, async () => change(id, { job: await client.get(job.id) }));
    },
    recall() {
      const kept = keptTakes.list();
      const resuming = client.resume();
      // Whom it concerns hears of it.
      resuming.catch(() => {});
      for (const take of kept) {
        const { id, style, variation = 0, photoName, kept: photo, at: begunAt } = take;
        if (photo && photo.until < Date.now()) keptTakes.forget(id);
        if (photo && photo.until < Date.now()) continue;
        add({ id, style, variation, photoName, kept: photo, sent: 1, finding: !photo, begunAt });
        if (!photo) void find(take, resuming);
        if (take.photoName)
          void keptPreviews.find(take.photoName).then(preview => preview && change(take.id, { preview }));
      }
      return kept;
    },
    close() {
      closed = true;
      for (const controller of following.values()) controller.abort(CLOSED);
    },
  };
}

/** Whether the job is that of the take: by the name that its submit gave it. */
function isOf({ id, togetherId, style }: KeptTake, job: Job): boolean {
  return togetherId === undefined ? job.customId === id : job.customId === togetherId && job.style === style.id;
}

/** The one after the latest version of the same photo in the same style; undefined after the last. */
function nextVariation({ photoName, style }: Take, takes: Iterable<Take>): number | undefined {
  const versions = [...takes].filter(one => one.photoName === photoName && one.style.id === style.id);
  const next = Math.max(...versions.map(({ variation }) => variation)) + 1;
  return next <= VARIATION_MAX ? next : undefined;
}

/** In the same place of the order. */
function replace(takes: Map<string, Take>, id: string, by: Take): void {
  const entries = [...takes].map(([key, take]) => (key === id ? ([by.id, by] as const) : ([key, take] as const)));
  takes.clear();
  for (const [key, take] of entries) takes.set(key, take);
}
