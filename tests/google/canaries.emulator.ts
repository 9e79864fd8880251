/** The same search for canaries as on the embedded platform, against the Firestore emulator and the doubles. */
export const FILE_LIMIT_MS = 420_000;

process.env.EASEL_TEST_PLATFORM = 'google';
await import('../canaries.test.ts');
