/**
 * Batches on the google platform: the very same test as on the embedded one, against the Firestore emulator and the
 * doubles.
 */
export const FILE_LIMIT_MS = 240_000;

process.env.EASEL_TEST_PLATFORM = 'google';
await import('../batch-service.test.ts');
