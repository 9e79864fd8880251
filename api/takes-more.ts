/**
 * For answers that are written as they are read: waits for a client that is slower than the store.
 */
import type { ServerResponse } from 'node:http';

/** Resolves when the client has taken what was written, or is gone; leaves no listener behind. */
export function takesMore(res: ServerResponse): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      res.off('drain', done).off('close', done);
      resolve();
    };
    res.on('drain', done).on('close', done);
  });
}
