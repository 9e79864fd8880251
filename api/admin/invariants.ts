/**
 * GET /v1/admin/invariants: the self-check. 200 whatever it finds: that the service could look is the answer's status,
 * what it saw is in the body.
 */
import type { Context } from 'koa';
import { rfc3339 } from '../../common/job-face.ts';
import { selfCheck } from '../../common/self-check/self-check.ts';
import type { Api } from '../api.ts';

export async function showInvariants({ engine }: Api, ctx: Context): Promise<void> {
  const { at, findings, looked } = await selfCheck(engine);
  ctx.set('Cache-Control', 'no-store');
  ctx.body = {
    ok: findings.every(({ severity }) => severity !== 'fault'),
    at: rfc3339(at),
    looked,
    findings,
  };
}
