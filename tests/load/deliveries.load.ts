/**
 * `tests/deliveries.test.ts` at size: 10,000 jobs, every task of which comes ten times, and one model call each.
 */
export const FILE_LIMIT_MS = 1_800_000;

process.env.DELIVERIES_JOBS ??= '10000';
process.env.DELIVERIES_TIMES = '10';
await import('../deliveries.test.ts');
