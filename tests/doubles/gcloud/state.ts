/** What exists in the double's project, by a name of our own. */
export interface CloudState {
  get<T>(name: string): T | undefined;
  /** Throws NOT_FOUND. */
  need<T>(name: string): T;
  put(name: string, value: unknown): void;
  /** Throws ALREADY_EXISTS. */
  make(name: string, value: unknown): void;
  drop(name: string): void;
  names(prefix: string): string[];
  /** All of it, to compare. */
  text(): string;
}

/** What the double says on stderr, with exit code 1. */
export class CloudError extends Error {}

export function createState(): CloudState {
  const things = new Map<string, unknown>();
  return {
    get: <T>(name: string) => things.get(name) as T | undefined,
    need<T>(name: string) {
      if (!things.has(name)) throw new CloudError(`NOT_FOUND: ${name}`);
      return things.get(name) as T;
    },
    put: (name, value) => void things.set(name, value),
    make(name, value) {
      if (things.has(name)) throw new CloudError(`ALREADY_EXISTS: ${name}`);
      things.set(name, value);
    },
    drop(name) {
      if (!things.delete(name)) throw new CloudError(`NOT_FOUND: ${name}`);
    },
    names: prefix => [...things.keys()].filter(name => name.startsWith(prefix)),
    text: () => JSON.stringify([...things].sort(([one], [other]) => (one < other ? -1 : 1))),
  };
}
