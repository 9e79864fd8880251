/**
 * A client of the storage double for its own tests: plain HTTP, without the SDK and without our bucket.
 */
import { type TestClock, testClock } from '../../test-clock.ts';
import {
  createServiceAccount,
  openStorageDouble,
  type ServiceAccount,
  type StorageDouble,
  type StorageDoubleOptions,
} from '../storage.ts';

export interface WireWorld {
  readonly double: StorageDouble;
  readonly clock: TestClock;
  /** A call of the JSON API, with a token. */
  call(method: string, path: string, body?: object): Promise<{ status: number; body: Record<string, unknown> }>;
  upload(name: string, content: string, options?: { query?: string; resource?: object }): ReturnType<WireWorld['call']>;
}

let account: Promise<ServiceAccount> | undefined;

export function inWireWorld(run: (world: WireWorld) => Promise<void>, options: Partial<StorageDoubleOptions> = {}) {
  return async () => {
    account ??= createServiceAccount();
    const clock = testClock();
    const double = await openStorageDouble({ now: clock.now, account: await account, ...options });
    const request = async (method: string, path: string, init: RequestInit) => {
      const headers = { authorization: `Bearer ${double.token}`, ...init.headers };
      const response = await fetch(`${double.url}${path}`, { ...init, method, headers });
      const text = await response.text();
      return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : { text } };
    };
    try {
      await run({
        double,
        clock,
        call: (method, path, body) =>
          request(method, `/storage/v1/b/easel-demo${path}`, body ? { body: JSON.stringify(body) } : {}),
        upload: (name, content, { query = '', resource = {} } = {}) =>
          request('POST', `/upload/storage/v1/b/easel-demo/o?uploadType=multipart&name=${name}${query}`, {
            headers: { 'content-type': 'multipart/related; boundary=xx' },
            body: `--xx\r\ncontent-type: application/json\r\n\r\n${JSON.stringify(resource)}\r\n--xx\r\ncontent-type: image/png\r\n\r\n${content}\r\n--xx--`,
          }),
      });
    } finally {
      await double.close();
    }
  };
}
