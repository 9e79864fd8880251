/**
 * Removes photos that nobody will go on with: of submits that are over, and of those that are older than a day, whichever
 * shopper of this browser they were of. A photo bears the name of its submit in the storage.
 */
import type { Environment } from './environment.ts';
import type { KeepPhotos, KeepText } from './keep.ts';

/** What a page may still go on with; nobody waits for more than this. */
export const SUBMIT_LIFE_MS = 86_400_000;

interface SweepParts {
  readonly environment: Pick<Environment, 'now'>;
  /** All of it, not one shopper's part. */
  readonly storage: KeepText;
  readonly photos: KeepPhotos | undefined;
}

/** Fails in silence: the next visit sweeps again. */
export async function sweepPhotos({ environment, storage, photos }: SweepParts): Promise<void> {
  const names = (await photos?.names().catch(() => [])) ?? [];
  for (const name of names) {
    const submittedAt = submittedAtOf(await storage.get(name));
    if (environment.now() - submittedAt <= SUBMIT_LIFE_MS) continue;
    await storage.remove(name);
    await photos?.remove(name).catch(() => {});
  }
}

/** Long ago, where there is no such submit. */
function submittedAtOf(record: string | null): number {
  try {
    const { submittedAt } = JSON.parse(record ?? '{}') as { submittedAt?: string };
    return submittedAt === undefined ? 0 : Date.parse(submittedAt);
  } catch {
    return 0;
  }
}
