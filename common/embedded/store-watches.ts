/**
 * The watches of documents: after each commit those of the written documents become due, and in the next turn of the
 * event loop each tells its listener, unless the document is as it was told last.
 */
import { isPlatformError } from '../platform/errors.ts';
import type { Row } from './store-tables.ts';

type ReadRow = () => Row | undefined;
type OnChange = (row: Row | undefined) => void;

export function createWatches() {
  const watchers = new Map<string, Set<() => void>>();
  const makeDue = createDueReports();

  return {
    /** Returns the function that ends the watch. */
    add(key: string, read: ReadRow, onChange: OnChange): () => void {
      const others = watchers.get(key) ?? new Set();
      watchers.set(key, others);
      const tell = tellOfChanges(read, onChange);
      const report = () => {
        if (others.has(report)) tell();
      };
      others.add(report);
      makeDue(report);
      return () => {
        others.delete(report);
        if (others.size === 0 && watchers.get(key) === others) watchers.delete(key);
      };
    },
    /** To be called after the commit that wrote the documents of these keys. */
    wake(keys: readonly string[]): void {
      for (const key of keys) for (const report of watchers.get(key) ?? []) makeDue(report);
    },
  };
}

/** Calls `onChange` the first time and whenever the version is another one than at the last time. */
function tellOfChanges(read: ReadRow, onChange: OnChange): () => void {
  let seen: number | undefined;
  return () => {
    const row = read();
    const version = row?.version ?? 0;
    if (version === seen) return;
    seen = version;
    onChange(row);
  };
}

/** The returned function makes a report due: it is called once in the next turn, however often it became due. */
function createDueReports(): (report: () => void) => void {
  let due = new Set<() => void>();

  function callDue(): void {
    const reports = due;
    due = new Set();
    for (const report of reports) {
      try {
        report();
      } catch (error) {
        // One listener's fault is not another's. A database that cannot be read says so wherever it is asked.
        if (!isPlatformError(error, 'unavailable')) process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  }

  return report => {
    if (due.size === 0) setImmediate(callDue);
    due.add(report);
  };
}
