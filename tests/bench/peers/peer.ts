/**
 * One queue as the benchmark sees it. Each peer is used as its own documentation shows, with the settings named in
 * `contenders.ts`; what an adapter does beyond that is none of its peer's cost.
 */
export interface Peer {
  /** Resolves with the job's id once the peer says that it has it. */
  add(data: string): Promise<string>;
  /** What a poll reads; undefined when there is no such job. */
  read(id: string): Promise<object | undefined>;
  /** Resolves when it takes jobs. */
  work(handle: Handle, options: WorkOptions): Promise<void>;
}

export type Handle = (data: string) => Promise<void>;

export interface WorkOptions {
  readonly concurrency: number;
  /** Called for each job whose completion is recorded, where the peer tells; else when its handler has returned. */
  readonly onDone: () => void;
}

/** Where the peer keeps its jobs; each takes what it needs. */
export interface Place {
  readonly redisPort?: number;
  /** The name of the queue, where several share a server. */
  readonly queue?: string;
  readonly postgres?: string;
  readonly file?: string;
  /** Of a peer with settings of its own: which. */
  readonly mode?: string;
}

export type Connect = (place: Place) => Promise<Peer>;
