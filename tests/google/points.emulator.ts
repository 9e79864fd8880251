/**
 * The same kills on the google platform, API and worker dying one without the other, against the Firestore emulator and
 * the doubles. Leases are shortened; a job whose worker died waits for the end of its lease and the next sweep.
 */
export const FILE_LIMIT_MS = 900_000;

process.env.EASEL_TEST_PLATFORM = 'google';
await import('../kill/points.test.ts');
