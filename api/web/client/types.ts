/**
 * What the client takes, and its verbs.
 */
import type { Batch, Job, Quota, Style } from './answers.ts';
import type { Environment } from './environment.ts';
import type { EaselError } from './errors.ts';
import type { KeepPhotos, KeepText } from './keep.ts';

export type * from './answers.ts';

export interface EaselClientOptions {
  /** Where the service is, such as `https://easel.example.com`. In a page that it serves itself: the page's origin. */
  readonly url?: string;
  /**
   * A storefront key (`pk_…`), which opens sessions, or in a shop's own server a server key (`sk_…`), which is sent as it
   * is. A function is for pages whose own server opens the sessions: it is asked again when a token has ended.
   */
  readonly key: string | (() => Promise<string>);
  /** A theme at Shopify: the App Proxy's path, and the customer who is logged in there. See docs/shopify.md. */
  readonly shopify?: { readonly proxy: string; readonly customer?: string | number | null };
  /** Solves the challenge that an operator may put before new sessions. */
  readonly challenge?: () => Promise<string>;
  /** How to hear of a job: from the API, or from its document in Firestore, falling back to the API. */
  readonly transport?: 'api' | 'firestore';
  /** For `transport: 'firestore'`. */
  readonly firestore?: FirestoreOptions;
  /** What has to outlive a reload. In a page `localStorage` unless told otherwise, else nothing; null keeps nothing. */
  readonly storage?: KeepText | null;
  /** The photo of a submit that is not accepted yet. In a page IndexedDB unless told otherwise; null keeps none. */
  readonly photos?: KeepPhotos | null;
  /** Parts of the surroundings to put in the place of the real ones: for tests and unusual hosts. */
  readonly environment?: Partial<Environment>;
}

export interface FirestoreOptions {
  /** The web API key of the Firebase project. It is public and opens nothing by itself. */
  readonly apiKey: string;
  /** Where Identity Toolkit and Firestore are, if they are not Google's: for emulators. */
  readonly signInUrl?: string;
  readonly url?: string;
}

/** A photo of the shopper; or one that was uploaded before; or, with a server key, one that is at an address. */
export type Photo =
  | Blob
  | ArrayBuffer
  | Uint8Array<ArrayBuffer>
  | { readonly uploadId: string }
  | { readonly url: string };

/** The fields of a submit: a `style` or, where the shop allows it, a `prompt`. */
export interface SubmitRequest {
  readonly image: Photo;
  readonly style?: string;
  readonly prompt?: string;
  readonly options?: {
    readonly aspectRatio?: string;
    readonly size?: string;
    /** 0 to 9: another version of the same picture. */
    readonly variation?: number;
  };
  readonly customId?: string;
  readonly metadata?: { readonly [name: string]: string };
  /** With a server key only. */
  readonly customerId?: string;
  readonly webhook?: { readonly url: string };
}

/** One photo in several styles. */
export interface BatchRequest
  extends Pick<SubmitRequest, 'image' | 'options' | 'customId' | 'metadata' | 'customerId'> {
  readonly styles: readonly string[];
  /** Takes in as many styles as the quota has room for, in their order; else it is all or none. */
  readonly partial?: boolean;
}

/** What is to be drawn of a kept photo. */
export type KeepRequest = Required<Pick<SubmitRequest, 'style'>> & Pick<SubmitRequest, 'options'>;

export interface KeptPhoto {
  readonly uploadId: string;
  /** Until when it is kept unless it is ordered. */
  readonly expiresAt: string;
}

export interface Progress {
  /** Bytes that have left, of all. */
  readonly sent: number;
  readonly total: number;
}

export interface CallOptions {
  /** Ends the call; it then throws the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface UploadOptions extends CallOptions {
  readonly onProgress?: (progress: Progress) => void;
}

export interface SubmitOptions extends UploadOptions {
  /** Names the submit: the same one finds the same job. Made by the client unless given. */
  readonly idempotencyKey?: string;
  /** The photo within the submit (the default), or straight into the bucket before it. */
  readonly via?: 'form' | 'upload';
}

/** What a watch goes through: `waiting` = next news is awaited, `hidden` = the tab is, `offline` = the network is gone. */
export type Connection = 'waiting' | 'retrying' | 'offline' | 'hidden';

export interface WatchOptions extends CallOptions {
  readonly onConnection?: (connection: Connection) => void;
  /** `events` (the default) = server-sent events as long as they come, else polls. */
  readonly by?: 'events' | 'polls';
}

export interface WaitOptions<T = Job> extends WatchOptions {
  /** Then it throws `timeout` with the `jobId` or `batchId`, which goes on. */
  readonly timeoutMs?: number;
  /** Each state that the watch tells. */
  readonly onChange?: (state: T) => void;
}

export interface ResumeOptions extends CallOptions {
  /** Hears of a submit of an earlier page that was refused now, such as for the quota. */
  readonly onRefused?: (error: EaselError) => void;
}

export interface DownloadOptions extends CallOptions {
  readonly variant?: 'full' | 'preview';
}

export interface Session {
  readonly token: string;
  readonly expiresAt: string;
}

/** What a page has begun and does not know the end of. */
export interface Unfinished {
  /** Jobs that were accepted: `watch` or `wait` by the `id`. */
  readonly jobs: readonly UnfinishedJob[];
  /** Submits whose answer never came: `resume` sends them again, under the same key. */
  readonly submits: readonly UnfinishedSubmit[];
}

export interface UnfinishedJob {
  readonly id: string;
  readonly style?: string;
  readonly submittedAt: string;
}

export interface UnfinishedSubmit {
  readonly idempotencyKey: string;
  readonly style?: string;
  /** Of a batch. */
  readonly styles?: readonly string[];
  readonly submittedAt: string;
}

export interface EaselClient {
  /**
   * Submits a photo and resolves as soon as the job has an id; it waits for no picture. It tries again by itself, always
   * under the same Idempotency-Key, so that one call is one job and one charge at most.
   */
  submit(request: SubmitRequest, options?: SubmitOptions): Promise<Job>;
  /** The job as it is now. */
  get(id: string, options?: CallOptions): Promise<Job>;
  /**
   * The job as it is, and again at each change; the last one is done. It survives a lost network and goes on by itself,
   * does nothing while its tab is hidden, and ends with the loop that reads it.
   */
  watch(job: string | Job, options?: WatchOptions): AsyncIterable<Job>;
  /** The job once it is done, however it ended. */
  wait(job: string | Job, options?: WaitOptions): Promise<Job>;
  /** Gives the job up. One that is drawn already ends by itself: see its `status`. */
  cancel(id: string, options?: CallOptions): Promise<Job>;
  /** Erases photo and picture, for good. */
  erase(id: string, options?: CallOptions): Promise<void>;
  /** One photo in several styles: as `submit`, and counted as one decision. */
  submitBatch(request: BatchRequest, options?: SubmitOptions): Promise<Batch>;
  getBatch(id: string, options?: CallOptions): Promise<Batch>;
  /** As `watch`: the batch with all its jobs, at each change of one of them. */
  watchBatch(batch: string | Batch, options?: WatchOptions): AsyncIterable<Batch>;
  waitBatch(batch: string | Batch, options?: WaitOptions<Batch>): Promise<Batch>;
  cancelBatch(id: string, options?: CallOptions): Promise<Batch>;
  /** Puts a photo straight into the bucket, to be submitted as `{uploadId}`. */
  upload(photo: Blob | ArrayBuffer | Uint8Array<ArrayBuffer>, options?: UploadOptions): Promise<{ uploadId: string }>;
  /** Where no picture can be drawn now: keeps a photo for an order, and resolves with the upload to name in it. */
  keepPhoto(photo: Blob | ArrayBuffer | Uint8Array<ArrayBuffer>, wish: KeepRequest & UploadOptions): Promise<KeptPhoto>;
  /** The picture of a job that succeeded; asks for a fresh address where the one in the job has expired. */
  download(job: string | Job, options?: DownloadOptions): Promise<Blob>;
  quota(options?: CallOptions & { readonly customerId?: string }): Promise<Quota>;
  styles(options?: CallOptions): Promise<readonly Style[]>;
  /** The token of this browser's session, opened or renewed if need be. Other calls do this by themselves. */
  session(options?: CallOptions): Promise<Session>;
  /** What an earlier page of this browser has left. */
  unfinished(): Promise<Unfinished>;
  /**
   * After a reload: sends again what was not answered, and resolves with all unfinished jobs as they are now, those that
   * have ended meanwhile included, once. What another tab is submitting at this moment is left to it.
   */
  resume(options?: ResumeOptions): Promise<readonly Job[]>;
  /** Drops a job from what `unfinished` tells. The job itself goes on. */
  forget(id: string): Promise<void>;
}
