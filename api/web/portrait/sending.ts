/**
 * The three ways in which a photo leaves the page: for one portrait, for several styles at once, and to go with the order
 * in place of a picture. What they hear goes into the takes.
 */
import type { Batch, EaselClient, Job, Progress } from '../client/types.ts';
import { EaselError } from '../easel-client.ts';
import { newId } from './new-id.ts';
import type { Take } from './take.ts';

export interface SendingParts {
  readonly client: Pick<EaselClient, 'submit' | 'submitBatch' | 'keepPhoto'>;
  readonly get: (id: string) => Take | undefined;
  readonly change: (id: string, news: Partial<Take>) => Take | undefined;
  readonly keep: (take: Take) => void;
  readonly forget: (id: string) => void;
  readonly attempt: (id: string, work: (signal: AbortSignal) => Promise<unknown>) => Promise<void>;
  readonly follow: (id: string, from: Job, signal: AbortSignal) => Promise<void>;
  /** Of a take that is being attempted. */
  readonly signalOf: (id: string) => AbortSignal | undefined;
  /** Why the page stops following; undefined while it does not. */
  readonly closedBy: () => DOMException | undefined;
}

export interface Sending {
  /** The work of an attempt. */
  send(id: string, signal: AbortSignal): Promise<void>;
  /** Several styles of one photo: it leaves once, and one decision is taken about the quota. */
  sendTogether(begun: readonly Take[], image: Blob): Promise<void>;
  /** The work of an attempt: the photo is kept for the order. */
  keepForOrder(id: string, signal: AbortSignal): Promise<void>;
}

interface Together {
  readonly image: Blob;
  readonly togetherId: string;
  readonly signal: AbortSignal;
}

export function createSending(parts: SendingParts): Sending {
  const { client, get, change, keep, forget, attempt, follow, signalOf, closedBy } = parts;
  const tell =
    (...ids: readonly string[]) =>
    ({ sent, total }: Progress) => {
      for (const id of ids) change(id, { sent: total > 0 ? sent / total : 0 });
    };

  async function submitTogether(begun: readonly Take[], { image, togetherId, signal }: Together): Promise<Batch> {
    const ids = begun.map(({ id }) => id);
    const wish = { image, styles: begun.map(({ style }) => style.id), customId: togetherId, partial: true };
    try {
      return await client.submitBatch(wish, { idempotencyKey: togetherId, signal, onProgress: tell(...ids) });
    } catch (error) {
      if (!closedBy()) for (const id of ids) forget(id);
      throw error;
    }
  }

  return {
    async send(id, signal) {
      const take = get(id);
      if (!take?.photo) return;
      keep(take);
      const { photo: image, style } = take;
      const wish = { image, style: style.id, customId: id, ...optionsOf(take) };
      try {
        await follow(id, await client.submit(wish, { idempotencyKey: id, signal, onProgress: tell(id) }), signal);
      } catch (error) {
        if (!get(id)?.job && !closedBy()) forget(id);
        throw error;
      }
    },
    async sendTogether(begun, image) {
      const togetherId = newId();
      for (const { id } of begun) {
        const take = change(id, { togetherId });
        if (take) keep(take);
      }
      const sending = new AbortController();
      const answered = submitTogether(begun, { image, togetherId, signal: sending.signal });
      const parts = begun.map(({ id, style }) =>
        attempt(id, async signal => {
          const job = (await answered).jobs?.find(one => one.style === style.id);
          // The service takes in what there is room for.
          if (!job) throw new EaselError('quota_exceeded', '');
          await follow(id, job, signal);
        }),
      );
      // Where one is given up the photo still leaves for the others.
      const signals = begun.flatMap(({ id }) => signalOf(id) ?? []);
      const stop = () => signals.every(({ aborted }) => aborted) && sending.abort(closedBy());
      for (const signal of signals) signal.addEventListener('abort', stop);
      await Promise.all(parts);
    },
    async keepForOrder(id, signal) {
      const take = get(id);
      if (!take?.photo) return;
      const wish = { style: take.style.id, ...optionsOf(take), signal, onProgress: tell(id) };
      const { uploadId, expiresAt } = await client.keepPhoto(take.photo, wish);
      change(id, { keeping: false, kept: { uploadId, until: Date.parse(expiresAt) } });
    },
  };
}

function optionsOf({ variation }: Take): { readonly options?: { readonly variation: number } } {
  return variation > 0 ? { options: { variation } } : {};
}
