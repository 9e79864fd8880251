/**
 * What lies in a bucket, counted however much it is.
 */
import type { Engine } from '../../common/engine.ts';

const PAGE = 1_000;

export async function countUnder({ bucket }: Pick<Engine, 'bucket'>, prefix: string): Promise<number> {
  let count = 0;
  let after: string | undefined;
  do {
    const page = await bucket.list(prefix, { limit: PAGE, ...(after === undefined ? {} : { after }) });
    count += page.length;
    after = page.length === PAGE ? page.at(-1)?.path : undefined;
  } while (after !== undefined);
  return count;
}
