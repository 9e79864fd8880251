/**
 * A key file of an account, as `GOOGLE_APPLICATION_CREDENTIALS` names one: for processes that sign by themselves.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceAccount } from './identity.ts';

/** The file is there while `run` runs. */
export async function withKeyFile(account: ServiceAccount, run: (path: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'easel-key-'));
  try {
    const path = join(folder, 'key.json');
    const privateKey = account.privateKey.export({ type: 'pkcs8', format: 'pem' });
    const key = { type: 'service_account', project_id: 'demo', client_email: account.email, private_key: privateKey };
    await writeFile(path, JSON.stringify(key));
    await run(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}
