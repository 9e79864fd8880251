/**
 * All takes of a page: submits them, follows their jobs, gives them up, tries them again, and finds them after a reload.
 * How to ask the service, and how to survive a bad network, is the client's business.
 */
import type { EaselClient, Job, Progress } from '../client/types.ts';
import { EaselError } from '../easel-client.ts';
import type { KeptPreviews } from './kept-previews.ts';
import type { KeptTake, KeptTakes } from './kept-takes.ts';
import type { Photo } from './photo.ts';
import { isOver, type Take, type TakeStyle } from './take.ts';

export interface Takes {
  readonly all: () => readonly Take[];
  /** Asks for the photo in each of the styles; the new takes, in their order. */
  begin(photo: Photo, photoName: string, styles: readonly TakeStyle[]): readonly Take[];
  cancel(id: string): void;
  retry(id: string): void;
  /** A picture whose address has ended gets another one. */
  renew(id: string): Promise<void>;
  /** What earlier pages of this browser have begun. */
  resume(): Promise<void>;
  /** Stops following; the jobs go on. */
  close(): void;
}

export interface TakesParts {
  readonly client: EaselClient;
  readonly keptTakes: KeptTakes;
  readonly keptPreviews: KeptPreviews;
  /** A take is new or has changed. */
  readonly onChange: (take: Take) => void;
}

/** Of a page that closes: what was sent goes on, and another page finds it. */
const CLOSED = new DOMException('The page stops following.', 'TimeoutError');

export function createTakes({ client, keptTakes, keptPreviews, onChange }: TakesParts): Takes {
  const takes = new Map<string, Take>();
  /** Of each take that is sent or followed. */
  const following = new Map<string, AbortController>();
  let closed = false;

  function change(id: string, news: Partial<Take>): Take | undefined {
    const take = takes.get(id);
    if (!take || closed) return undefined;
    const changed = { ...take, ...news };
    takes.set(id, changed);
    onChange(changed);
    return changed;
  }

  function add(take: Take): Take {
    takes.set(take.id, take);
    onChange(take);
    return take;
  }

  /** Whatever goes wrong ends up in the take. */
  async function attempt(id: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const controller = new AbortController();
    following.set(id, controller);
    try {
      await work(controller.signal);
    } catch (error) {
      if (controller.signal.aborted) return;
      const { code, resetAt, retryAfterMs } = error instanceof EaselError ? error : new EaselError('internal', '');
      change(id, { problem: { code, resetAt, retryAfterMs } });
    } finally {
      following.delete(id);
    }
  }

  async function send(id: string, signal: AbortSignal): Promise<void> {
    const take = takes.get(id);
    if (!take?.photo) return;
    const { photo, photoName, style } = take;
    const onProgress = ({ sent, total }: Progress) => change(id, { sent: total > 0 ? sent / total : 0 });
    const job = await client.submit({ image: photo, style: style.id }, { idempotencyKey: id, signal, onProgress });
    keptTakes.keep({ jobId: job.id, style, ...(photoName === undefined ? {} : { photoName }) });
    await follow(id, job, signal);
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

  async function find({ jobId, style, photoName }: KeptTake, known: ReadonlyMap<string, Job>): Promise<void> {
    const job = known.get(jobId) ?? (await client.get(jobId));
    const preview = photoName === undefined ? undefined : await keptPreviews.find(photoName);
    add({ id: jobId, style, photoName, preview, sent: 1 });
    void attempt(jobId, signal => follow(jobId, job, signal));
  }

  return {
    all: () => [...takes.values()],
    begin(photo, photoName, styles) {
      void keptPreviews.keep(photoName, photo.preview);
      const { blob, preview } = photo;
      const begun = styles.map(style => add({ id: newId(), style, photoName, photo: blob, preview, sent: 0 }));
      for (const { id } of begun) void attempt(id, signal => send(id, signal));
      return begun;
    },
    cancel(id) {
      const take = change(id, { canceling: true });
      if (take?.job) void giveUpJob(id, take.job.id);
      // What has left completely may be a job already: its answer is waited for, and the job given up then.
      else if (take && take.sent < 1) following.get(id)?.abort();
    },
    retry(id) {
      const take = takes.get(id);
      if (!take || !isOver(take)) return;
      const again = { ...take, id: newId(), sent: 0 };
      const { job: _, problem: __, canceling: ___, connection: ____, ...fresh } = again;
      replace(takes, id, fresh);
      onChange(fresh);
      void attempt(fresh.id, signal => send(fresh.id, signal));
    },
    async renew(id) {
      const job = takes.get(id)?.job;
      if (job) await attempt(id, async () => void change(id, { job: await client.get(job.id) }));
    },
    async resume() {
      const jobs = await client.resume();
      const known = new Map(jobs.map(job => [job.id, job]));
      const kept = keptTakes.list();
      const unkept = jobs.filter(job => !kept.some(({ jobId }) => jobId === job.id));
      const found = [
        ...kept,
        ...unkept.map(({ id, style = '' }) => ({ jobId: id, style: { id: style, label: style } })),
      ];
      for (const take of found) await find(take, known).catch(() => keptTakes.forget(take.jobId));
    },
    close() {
      closed = true;
      for (const controller of following.values()) controller.abort(CLOSED);
    },
  };
}

/** In the same place of the order. */
function replace(takes: Map<string, Take>, id: string, by: Take): void {
  const entries = [...takes].map(([key, take]) => (key === id ? ([by.id, by] as const) : ([key, take] as const)));
  takes.clear();
  for (const [key, take] of entries) takes.set(key, take);
}

/** `randomUUID` is only there for pages that came by https. */
function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, '0')).join('');
}
