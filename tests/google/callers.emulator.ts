/**
 * Who is let in, on the google platform: the same test file as on the embedded one, for the two services against the
 * Firestore emulator.
 */
export const FILE_LIMIT_MS = 300_000;

process.env.EASEL_TEST_PLATFORM = 'google';
await import('../callers.test.ts');
